using System.Security.Cryptography;
using Convoy.Shared.Data;
using Convoy.Shared.Data.Idx;

namespace Convoy.Shared.Tests.Data;

public sealed class RealMnistTests
{
    [Fact]
    public void Mnist_has_its_published_sizes_and_first_labels()
    {
        Dataset data = IdxDataset.Load(RealData.Require("mnist"), validation: 0, seed: 1);
        Assert.Equal((60_000, 0, 10_000), (data.Train.Count, data.Validation.Count, data.Test.Count));
        Assert.Equal(10, data.Classes.Count);
        Assert.Equal([5, 0, 4, 1, 9], Enumerable.Range(0, 5).Select(data.Train.Label));
        Assert.Equal([7, 2, 1, 0, 4], Enumerable.Range(0, 5).Select(data.Test.Label));
    }

    [Fact]
    public void Mnist_training_pictures_have_their_published_checksum()
    {
        IdxFile images = IdxFile.ReadImages(Path.Combine(RealData.Require("mnist"), "train-images-idx3-ubyte.gz"));
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        int[] header = [0x803, .. images.Dims];
        md5.AppendData([.. header.SelectMany(IdxBytes.BigEndian)]);
        md5.AppendData(images.Bytes.Span);
        Assert.Equal("6bbc9ace898e44ae57da46a324031adb", Convert.ToHexStringLower(md5.GetHashAndReset()));
    }
}
