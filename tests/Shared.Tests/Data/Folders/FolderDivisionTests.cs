using Convoy.Shared.Data;
using Convoy.Shared.Data.Folders;

namespace Convoy.Shared.Tests.Data.Folders;

public sealed class FolderDivisionTests : IDisposable
{
    static readonly Dictionary<string, string> AsTheyAre = [];
    readonly string _root = Directory.CreateTempSubdirectory("convoy-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    string Source => Path.Combine(_root, "flat");
    string Target => Path.Combine(_root, "made", "small");

    [Fact]
    public void The_first_by_number_train_the_next_validate_the_next_test()
    {
        Flat("cat", 12);
        Flat("dog", 13);

        var classes = new FolderDivision(8, 2, 1).Make(Source, Target, new Dictionary<string, string> { ["cat"] = "cats" }, link: false, TestContext.Current.CancellationToken);

        Assert.Equal(["cats", "dog"], classes);
        Assert.Equal(Enumerable.Range(0, 8).Select(i => $"cat.{i}.jpg"), Names("train/cats"));
        Assert.Equal(["cat.8.jpg", "cat.9.jpg"], Names("validation/cats"));
        Assert.Equal(["dog.10.jpg"], Names("test/dog"));
        Assert.Equal("dog 10", File.ReadAllText(Path.Combine(Target, "test/dog/dog.10.jpg")));
        Assert.Equal(["small"], Directory.GetFileSystemEntries(Path.GetDirectoryName(Target)!).Select(Path.GetFileName));
    }

    [Fact]
    public void Links_lead_to_the_pictures()
    {
        Flat("cat", 2);
        Flat("dog", 2);

        new FolderDivision(1, 1, 0).Make(Source, Target, AsTheyAre, link: true, TestContext.Current.CancellationToken);

        var link = new FileInfo(Path.Combine(Target, "train/cat/cat.0.jpg"));
        Assert.Equal(Path.Combine(Source, "cat.0.jpg"), link.LinkTarget);
        Assert.Equal("cat 0", File.ReadAllText(link.FullName));
        Assert.False(Directory.Exists(Path.Combine(Target, "test")));
    }

    [Fact]
    public void A_folder_for_every_class_can_be_divided_too()
    {
        Write("flat/a/2.png", "flat/a/10.png", "flat/b/1.png", "flat/b/3.png");

        new FolderDivision(1, 1, 0).Make(Source, Target, AsTheyAre, link: false, TestContext.Current.CancellationToken);

        Assert.Equal(["2.png"], Names("train/a"));
        Assert.Equal(["10.png"], Names("validation/a"));
    }

    [Theory]
    [InlineData("flat/cat.0.jpg flat/dog_1.jpg flat/dog12.jpg", "1 pictures of cat, 2 are needed (1 train, 1 validation, 0 test)")]
    [InlineData("flat/cat.0.jpg flat/7.jpg", "7.jpg: no class in its name; expected one like cat.0.jpg")]
    [InlineData("flat/cat.0.jpg flat/cat.1.jpg", "only one class, cat; expected at least two")]
    [InlineData("flat/train/cat/1.jpg flat/train/dog/2.jpg", "has train folders already")]
    [InlineData("flat/notes.txt", "no folders in it; expected a folder of pictures for every class")]
    [InlineData("flat/cat.0.jpg flat/dog.1.jpg made/small/thesis.txt", "exists already; name a folder that does not")]
    public void What_cannot_be_is_told_and_leaves_nothing(string files, string problem)
    {
        Write(files.Split(' '));
        var before = Directory.GetFileSystemEntries(_root, "*", SearchOption.AllDirectories);

        var error = Assert.Throws<DataException>(() => new FolderDivision(1, 1, 0).Make(Source, Target, AsTheyAre, link: false, TestContext.Current.CancellationToken));

        Assert.Contains(problem, error.Message);
        Assert.Equal(before, Directory.GetFileSystemEntries(_root, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void One_that_breaks_off_half_way_leaves_nothing()
    {
        Flat("cat", 2);
        Flat("dog", 1);
        File.CreateSymbolicLink(Path.Combine(Source, "dog.1.jpg"), Path.Combine(_root, "gone.jpg"));

        Assert.Throws<DataException>(() => new FolderDivision(2, 0, 0).Make(Source, Target, AsTheyAre, link: false, TestContext.Current.CancellationToken));

        Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(Target)!));
    }

    [Fact]
    public void A_class_to_rename_that_is_not_there_is_told()
    {
        Flat("cat", 1);
        Flat("dog", 1);

        var error = Assert.Throws<DataException>(() => new FolderDivision(1, 0, 0).Make(Source, Target, new Dictionary<string, string> { ["cow"] = "cows" }, link: false, TestContext.Current.CancellationToken));

        Assert.EndsWith("no class cow to rename; there are cat, dog", error.Message);
    }

    void Flat(string name, int count)
    {
        Directory.CreateDirectory(Source);
        for (var i = 0; i < count; i++)
            File.WriteAllText(Path.Combine(Source, $"{name}.{i}.jpg"), $"{name} {i}");
    }

    void Write(params string[] files)
    {
        foreach (var file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_root, file))!);
            File.WriteAllText(Path.Combine(_root, file), "");
        }
    }

    IEnumerable<string> Names(string folder) => Directory.GetFiles(Path.Combine(Target, folder)).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal);
}
