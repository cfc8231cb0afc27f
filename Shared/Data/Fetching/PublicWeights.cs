namespace Convoy.Shared.Data.Fetching;

/// <summary>ImageNet weights of the backbones, as Keras publishes them, each with the names of ImageNet's classes beside it.
/// The checksums are those in Keras' source; it has none for MobileNet.</summary>
internal static class PublicWeights
{
    private const string Google = "https://storage.googleapis.com/tensorflow/keras-applications/", GitHub = "https://github.com/fchollet/deep-learning-models/releases/download/";

    private static readonly PublicFile Classes = new("imagenet_class_index.json", "c2c37ea517e94d9795004a39431a14cb", [new Uri("https://storage.googleapis.com/download.tensorflow.org/data/")]);

    public static IReadOnlyList<PublicDataset> All { get; } =
    [
        .. Of("vgg16", "vgg16", "v0.1", "64373286793e3c8b2b4e3219cbf3544b", "6d6bbae143d832006294945121d1f1fc"),
        .. Of("vgg19", "vgg19", "v0.1", "cbe5617147190e668d6c5d5026f83318", "253f8cb515780f3b799900260a226db6"),
        .. Of("resnet50", null, "v0.2", "a7b3fe01876f51b976af0dea6bc144eb", "a268eb855778b3df3c7506639542a6af"),
        .. Of("inception_v3", "inception_v3", "v0.5", "9a0d58056eeedaa3f26cb7ebd46da564", "bcbd6486424b2319ff4ef7d526e38f63"),
        .. Of("xception", "xception", "v0.4", "0a58e3b7378bc2990ea3b43d5981f1f6", "b0042744bf5b25fce3cb969f33bebb97"),
        .. MobileNet("mobilenet", "1_0"),
        .. MobileNet("mobilenet_1.0", "1_0"),
        .. MobileNet("mobilenet_0.75", "7_5"),
        .. MobileNet("mobilenet_0.5", "5_0"),
        .. MobileNet("mobilenet_0.25", "2_5"),
    ];

    private static IEnumerable<PublicDataset> Of(string name, string? folder, string release, string whole, string withoutTop)
    {
        Uri[] mirrors = [.. folder is null ? [] : new[] { new Uri($"{Google}{folder}/") }, new($"{GitHub}{release}/")];
        yield return new($"{PublicDataset.Weights}{name}", mirrors, [new($"{name}_weights_tf_dim_ordering_tf_kernels.h5", whole), Classes]);
        yield return new($"{PublicDataset.Weights}{name}{PublicDataset.WithoutTop}", mirrors, [new($"{name}_weights_tf_dim_ordering_tf_kernels_notop.h5", withoutTop)]);
    }

    private static IEnumerable<PublicDataset> MobileNet(string name, string alpha)
    {
        Uri[] mirrors = [new($"{Google}mobilenet/"), new($"{GitHub}v0.6/")];
        yield return new($"{PublicDataset.Weights}{name}", mirrors, [new($"mobilenet_{alpha}_224_tf.h5", null), Classes]);
        yield return new($"{PublicDataset.Weights}{name}{PublicDataset.WithoutTop}", mirrors, [new($"mobilenet_{alpha}_224_tf_no_top.h5", null)]);
    }
}
