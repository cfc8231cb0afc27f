using Convoy.Shared.Data;
using Convoy.Shared.Data.Idx;
using Convoy.Shared.Models;

namespace Convoy.Shared.Tests.Data;

public sealed class IdxDatasetTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public IdxDatasetTests()
    {
        folder.Write("train-images-idx3-ubyte", IdxBytes.Images(6));
        folder.Write("train-labels-idx1-ubyte", IdxBytes.Labels(0, 1, 2, 3, 2, 1));
        folder.Write("t10k-images-idx3-ubyte.gz", IdxBytes.Gzip(IdxBytes.Images(2)));
        folder.Write("t10k-labels-idx1-ubyte.gz", IdxBytes.Gzip(IdxBytes.Labels(1, 0)));
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_splits_hold_the_files_pictures_and_labels()
    {
        Dataset data = IdxDataset.Load(folder.Path, validation: 0, seed: 1);
        Assert.Equal(["0", "1", "2", "3"], data.Classes);
        Assert.Equal(Shape.Image(2, 3, 1), data.Train.Shape);
        Assert.Equal([0, 1, 2, 3, 2, 1], Labels(data.Train));
        Assert.Equal([6, 7, 8, 9, 10, 11], Picture(data.Train, 1));
        Assert.Equal(0, data.Validation.Count);
        Assert.Equal([1, 0], Labels(data.Test));
    }

    [Fact]
    public void Validation_samples_are_held_out_of_training_with_their_labels()
    {
        Dataset whole = IdxDataset.Load(folder.Path, validation: 0, seed: 1);
        Dataset data = IdxDataset.Load(folder.Path, validation: 2, seed: 1);
        Assert.Equal((4, 2), (data.Train.Count, data.Validation.Count));
        var expected = Samples(whole.Train).Order();
        Assert.Equal(expected, Samples(data.Train).Concat(Samples(data.Validation)).Order());
    }

    [Fact]
    public void The_seed_decides_what_is_held_out()
    {
        Assert.Equal(HeldOut(1), HeldOut(1));
        Assert.NotEqual(HeldOut(1), HeldOut(2));

        string[] HeldOut(int seed) => Samples(IdxDataset.Load(folder.Path, validation: 3, seed).Validation);
    }

    [Fact]
    public void The_digest_is_of_what_the_files_hold_however_they_are_packed()
    {
        string before = Digest();
        File.Delete(Path.Combine(folder.Path, "t10k-labels-idx1-ubyte.gz"));
        folder.Write("t10k-labels-idx1-ubyte", IdxBytes.Labels(1, 0));
        Assert.Equal(before, Digest());
        Assert.NotEqual(before, IdxDataset.Load(folder.Path, validation: 3, seed: 1).Contents.Digest);
        folder.Write("t10k-labels-idx1-ubyte", IdxBytes.Labels(0, 0));
        Assert.NotEqual(before, Digest());

        string Digest() => IdxDataset.Load(folder.Path, validation: 2, seed: 1).Contents.Digest;
    }

    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    public void Holding_out_everything_is_refused(int validation)
    {
        DataException error = Assert.Throws<DataException>(() => IdxDataset.Load(folder.Path, validation, seed: 1));
        Assert.Contains($"{validation} validation samples leave nothing to train on of 6", error.Message);
    }

    [Fact]
    public void The_other_spelling_of_the_names_is_accepted()
    {
        File.Move(Path.Combine(folder.Path, "train-images-idx3-ubyte"), Path.Combine(folder.Path, "train-images.idx3-ubyte"));
        File.Move(Path.Combine(folder.Path, "t10k-labels-idx1-ubyte.gz"), Path.Combine(folder.Path, "t10k-labels.idx1-ubyte.gz"));
        Assert.Equal(6, IdxDataset.Load(folder.Path, validation: 0, seed: 1).Train.Count);
    }

    [Fact]
    public void A_missing_folder_says_what_it_should_hold()
    {
        string absent = Path.Combine(folder.Path, "absent");
        DataException error = Assert.Throws<DataException>(() => IdxDataset.Load(absent, validation: 0, seed: 1));
        Assert.StartsWith($"{absent}: no such folder", error.Message);
        string[] names = ["train-images-idx3-ubyte[.gz]", "train-labels-idx1-ubyte[.gz]", "t10k-images-idx3-ubyte[.gz]", "t10k-labels-idx1-ubyte[.gz]"];
        Assert.All(names, name => Assert.Contains(name, error.Message));
    }

    [Fact]
    public void All_missing_files_are_listed_with_the_names_looked_for()
    {
        File.Delete(Path.Combine(folder.Path, "train-images-idx3-ubyte"));
        File.Delete(Path.Combine(folder.Path, "t10k-labels-idx1-ubyte.gz"));
        DataException error = Assert.Throws<DataException>(() => IdxDataset.Load(folder.Path, validation: 0, seed: 1));
        string[] names = ["train-images-idx3-ubyte", "train-images-idx3-ubyte.gz", "train-images.idx3-ubyte", "t10k-labels-idx1-ubyte", "t10k-labels.idx1-ubyte.gz"];
        Assert.All([folder.Path, .. names], name => Assert.Contains(name, error.Message));
        Assert.DoesNotContain("train-labels", error.Message);
    }

    [Fact]
    public void Labels_that_do_not_match_the_pictures_are_named()
    {
        string labels = folder.Write("train-labels-idx1-ubyte", IdxBytes.Labels(0, 1));
        DataException error = Assert.Throws<DataException>(() => IdxDataset.Load(folder.Path, validation: 0, seed: 1));
        Assert.StartsWith($"{labels}: 2 labels for the 6 pictures of ", error.Message);
    }

    [Fact]
    public void Test_pictures_of_another_size_are_named()
    {
        string images = folder.Write("t10k-images-idx3-ubyte.gz", IdxBytes.Images(2, rows: 3, columns: 3));
        DataException error = Assert.Throws<DataException>(() => IdxDataset.Load(folder.Path, validation: 0, seed: 1));
        Assert.StartsWith($"{images}: pictures of 3 x 3, those of ", error.Message);
    }

    [Fact]
    public void A_picture_is_read_only_whole_and_only_where_there_is_one()
    {
        IImageSet test = IdxDataset.Load(folder.Path, validation: 0, seed: 1).Test;
        Assert.Throws<ArgumentException>(() => test.Read(0, new byte[7]));
        Assert.Throws<ArgumentOutOfRangeException>(() => test.Read(2, new byte[6]));
        Assert.Throws<ArgumentOutOfRangeException>(() => test.Read(-1, new byte[6]));
    }

    private static int[] Labels(IImageSet set) => [.. Enumerable.Range(0, set.Count).Select(set.Label)];

    private static byte[] Picture(IImageSet set, int index)
    {
        var bytes = new byte[set.Shape.Count];
        set.Read(index, bytes);
        return bytes;
    }

    private static string[] Samples(IImageSet set) =>
        [.. Enumerable.Range(0, set.Count).Select(i => $"{Convert.ToHexString(Picture(set, i))} {set.Label(i)}")];
}
