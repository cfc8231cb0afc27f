using Convoy.Shared.Data;
using Convoy.Shared.Data.Folders;

namespace Convoy.Shared.Tests.Data.Folders;

public sealed class FolderIndexTests : IDisposable
{
    readonly string _root = Directory.CreateTempSubdirectory("convoy-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Classes_and_files_come_in_ordinal_order_whatever_the_disk_gives()
    {
        Touch("b/2.jpg", "b/10.PNG", "B/x.webp", "a/y.bmp", "a/x.jpeg");

        var index = FolderIndex.Read(_root);

        Assert.Equal(["B", "a", "b"], index.Classes);
        Assert.Equal(["0 B/x.webp", "1 a/x.jpeg", "1 a/y.bmp", "2 b/10.PNG", "2 b/2.jpg"], Shown(index[Split.Train]));
        Assert.Equal([Split.Train], index.Splits.Keys);
    }

    [Fact]
    public void Folders_of_the_splits_are_the_splits()
    {
        Touch("train/cat/1.jpg", "train/dog/2.jpg", "validation/cat/3.jpg", "validation/dog/4.jpg", "test/cat/5.jpg", "test/dog/6.jpg");

        var index = FolderIndex.Read(_root);

        Assert.Equal(["0 train/cat/1.jpg", "1 train/dog/2.jpg"], Shown(index[Split.Train]));
        Assert.Equal(["0 validation/cat/3.jpg", "1 validation/dog/4.jpg"], Shown(index[Split.Validation]));
        Assert.Equal(["0 test/cat/5.jpg", "1 test/dog/6.jpg"], Shown(index[Split.Test]));
    }

    [Fact]
    public void A_class_may_be_called_train()
    {
        Touch("train/1.jpg", "plane/2.jpg");

        Assert.Equal(["plane", "train"], FolderIndex.Read(_root).Classes);
    }

    [Fact]
    public void A_folder_with_a_test_split_alone_can_be_read_to_evaluate()
    {
        Touch("test/cat/5.jpg", "test/dog/6.jpg");

        Assert.Empty(FolderIndex.Read(_root)[Split.Train]);
        Assert.Equal(2, FolderIndex.Read(_root)[Split.Test].Count);
    }

    [Fact]
    public void Hidden_files_are_no_samples_and_others_are_named()
    {
        Touch("a/1.jpg", "a/.DS_Store", ".git/x.jpg", "b/2.jpg", "b/notes.txt", "README.md");

        var index = FolderIndex.Read(_root);

        Assert.Equal(["a", "b"], index.Classes);
        Assert.Equal($"{Path.Combine(_root, "b/notes.txt")}: not named like a picture (.jpg, .jpeg, .png, .bmp, .webp)", Assert.Single(index.Ignored));
    }

    [Theory]
    [InlineData("", "no folders in it; expected a folder of pictures for every class, at least two")]
    [InlineData("cat.0.jpg dog.0.jpg", "no folders in it; expected a folder of pictures for every class, at least two; 'convoy data split' makes them from files named like cat.0.jpg")]
    [InlineData("cat/1.jpg", "only one folder in it; expected")]
    [InlineData("cat/1.jpg dog/readme.txt", "dog: no pictures in it (.jpg, .jpeg, .png, .bmp, .webp); fill or remove it")]
    [InlineData("train/cat/1.jpg train/dog/1.jpg val/cat/1.jpg", "val: beside train/ only train, validation and test are expected")]
    [InlineData("train/cat/1.jpg train/dog/1.jpg validation/bird/1.jpg", "bird: there is no class of this name in")]
    [InlineData("train/cat/1.jpg train/dog/1.jpg validation/cat/1.jpg", "dog: missing; every split has the same classes")]
    public void What_is_no_data_set_is_told(string files, string problem)
    {
        Touch(files.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        var message = Assert.Throws<DataException>(() => FolderIndex.Read(_root)).Message;

        Assert.StartsWith(_root, message);
        Assert.Contains(problem, message);
    }

    [Fact]
    public void A_missing_folder_is_told() =>
        Assert.Contains("no such folder", Assert.Throws<DataException>(() => FolderIndex.Read(Path.Combine(_root, "none"))).Message);

    [Fact]
    public void What_is_held_out_is_the_same_share_of_every_class_and_never_trained_on()
    {
        Touch([.. Enumerable.Range(0, 50).Select(i => $"cat/{i}.jpg"), .. Enumerable.Range(0, 20).Select(i => $"dog/{i}.jpg")]);

        var index = HeldOut.Draw(FolderIndex.Read(_root), validation: 0.2, test: 0.1, seed: 3);

        Assert.Equal([(35, 14), (10, 4), (5, 2)], Enum.GetValues<Split>().Select(split => (index[split].Count(file => file.Label == 0), index[split].Count(file => file.Label == 1))));
        Assert.Equal(70, Enum.GetValues<Split>().SelectMany(split => index[split]).Distinct().Count());
        Assert.Equal(index[Split.Train].Select(file => file.Path).Order(StringComparer.Ordinal), index[Split.Train].Select(file => file.Path));
    }

    [Fact]
    public void What_is_held_out_depends_on_the_seed_and_the_class_alone()
    {
        Touch([.. Enumerable.Range(0, 20).Select(i => $"cat/{i}.jpg"), .. Enumerable.Range(0, 20).Select(i => $"dog/{i}.jpg")]);
        var (first, again, other) = (Held(1), Held(1), Held(2));
        Touch("ant/1.jpg", "ant/2.jpg");

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.Equal(first, Held(1).Where(path => !path.Contains("ant")));

        List<string> Held(int seed) => [.. HeldOut.Draw(FolderIndex.Read(_root), 0.25, 0, seed)[Split.Validation].Select(file => file.Path)];
    }

    [Fact]
    public void A_split_that_is_there_is_left_as_it_is()
    {
        Touch([.. Enumerable.Range(0, 10).SelectMany(i => new[] { $"train/a/{i}.jpg", $"train/b/{i}.jpg" }), "validation/a/1.jpg", "validation/b/1.jpg"]);

        var index = HeldOut.Draw(FolderIndex.Read(_root), validation: 0.5, test: 0.2, seed: 1);

        Assert.Equal((16, 2, 4), (index[Split.Train].Count, index[Split.Validation].Count, index[Split.Test].Count));
    }

    void Touch(params string[] files)
    {
        foreach (var file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_root, file))!);
            File.WriteAllText(Path.Combine(_root, file), "");
        }
    }

    IEnumerable<string> Shown(IEnumerable<LabelledFile> files) => files.Select(file => $"{file.Label} {Path.GetRelativePath(_root, file.Path)}");
}
