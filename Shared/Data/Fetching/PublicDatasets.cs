namespace Convoy.Shared.Data.Fetching;

/// <summary>A file that anyone may fetch.</summary>
/// <param name="Name">On every mirror.</param>
/// <param name="Md5">Of its bytes, as its publishers, torchvision or Keras give it; null where nobody does.</param>
/// <param name="Mirrors">Folders that hold it, where they are not those of its set.</param>
public sealed record PublicFile(string Name, string? Md5, IReadOnlyList<Uri>? Mirrors = null);

/// <summary>A data set, or weights of a backbone, that anyone may fetch.</summary>
/// <param name="Name">What the command calls it.</param>
/// <param name="Mirrors">Folders that hold its files, tried in order.</param>
/// <param name="Files">Its files.</param>
public sealed record PublicDataset(string Name, IReadOnlyList<Uri> Mirrors, IReadOnlyList<PublicFile> Files)
{
    /// <summary>What the names of weights begin with; the backbone's follows.</summary>
    public const string Weights = "weights/";

    /// <summary>What the names of weights without ImageNet's classifier end with.</summary>
    public const string WithoutTop = "_notop";

    /// <summary>All of them: data sets in MNIST's format, and weights.</summary>
    public static IReadOnlyList<PublicDataset> All { get; } =
    [
        Idx("mnist", "f68b3c2dcbeaaa9fbdd348bbdeb94873", "d53e105ee54ea40749a09fcbcd1e9432", "9fb629c4189551a2d022fa330f9573f3", "ec29112dd5afa0611ce80d1b7f02629c",
            "https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"),
        Idx("fashion-mnist", "8d4fb7e6c68d591d4c3dfef9ec88bf0d", "25c81989df183df01b3e8a0aad5dffbe", "bef4ecab320f06d8554ea6380940ec79", "bb300cfdad3c16e7a12a480ee83cd310",
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
        Idx("kmnist", "bdb82020997e1d708af4cf47b453dcf7", "e144d726b3acfaa3e44228e80efcd344", "5c965bf0a639b31b8f53240b1b52f4d7", "7320c461ea6c1c855c0b718fb2a4b134",
            "http://codh.rois.ac.jp/kmnist/dataset/kmnist/"),
        .. PublicWeights.All,
    ];

    /// <summary>The same from another mirror.</summary>
    public PublicDataset From(Uri mirror) => this with { Mirrors = [mirror], Files = [.. Files.Select(file => file with { Mirrors = null })] };

    static PublicDataset Idx(string name, string trainImages, string trainLabels, string testImages, string testLabels, params string[] mirrors) => new(
        name,
        [.. mirrors.Select(mirror => new Uri(mirror))],
        [
            new("train-images-idx3-ubyte.gz", trainImages), new("train-labels-idx1-ubyte.gz", trainLabels),
            new("t10k-images-idx3-ubyte.gz", testImages), new("t10k-labels-idx1-ubyte.gz", testLabels),
        ]);
}
