using Convoy.Shared.Data;
using Convoy.Shared.Specs;

namespace Convoy.Shared.Tests.Data;

public sealed class DatasetsTests
{
    [Fact]
    public void Digits_are_drawn_in_the_numbers_of_the_spec()
    {
        Dataset data = Datasets.Open(new DataSpec { Kind = DataKind.Digits, Train = 30, Validation = 0, Test = 10 }, seed: 1);
        Assert.Equal((30, 0, 10), (data[Split.Train].Count, data[Split.Validation].Count, data[Split.Test].Count));
    }

    [Fact]
    public void An_idx_folder_is_read_from_the_path_of_the_spec()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train-images-idx3-ubyte", IdxBytes.Images(5));
        folder.Write("train-labels-idx1-ubyte", IdxBytes.Labels(0, 1, 0, 1, 0));
        folder.Write("t10k-images-idx3-ubyte", IdxBytes.Images(1));
        folder.Write("t10k-labels-idx1-ubyte", IdxBytes.Labels(1));
        Dataset data = Datasets.Open(new DataSpec { Kind = DataKind.Idx, Path = folder.Path, Validation = 2 }, seed: 1);
        Assert.Equal((3, 2, 1), (data.Train.Count, data.Validation.Count, data.Test.Count));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    public void Idx_without_a_folder_says_how_to_name_one(string? path)
    {
        DataException error = Assert.Throws<DataException>(() => Datasets.Open(new DataSpec { Kind = DataKind.Idx, Path = path }, seed: 1));
        Assert.Contains("--data DIR", error.Message);
        Assert.Contains("MNIST", error.Message);
    }
}
