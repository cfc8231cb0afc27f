using Convoy.Shared.Models;
using Convoy.Shared.Models.Backbones;
using Convoy.Shared.Specs;

namespace Convoy.Shared.Tests.Models;

/// <summary>The backbones against the figures and names of Keras' applications.</summary>
public sealed class BackboneTests
{
    static ModelPlan Plan(string name, bool top, Size2? size = null) => ModelPlanner.Plan(Backbone.Find(name)!.Model(top, size));

    [Theory]
    [InlineData("vgg16", 14_714_688, 138_357_544)]
    [InlineData("vgg19", 20_024_384, 143_667_240)]
    [InlineData("resnet50", 23_587_712, 25_636_712)]
    [InlineData("resnet50_v1.5", 23_561_152, 25_610_152)] // torchvision's 25,557,032, which leaves out the 53,120 running statistics
    [InlineData("inception_v3", 21_802_784, 23_851_784)]
    [InlineData("xception", 20_861_480, 22_910_480)]
    [InlineData("mobilenet", 3_228_864, 4_253_864)]
    [InlineData("mobilenet_1.0", 3_228_864, 4_253_864)]
    [InlineData("mobilenet_0.75", 1_832_976, 2_601_976)]
    [InlineData("mobilenet_0.5", 829_536, 1_342_536)]
    [InlineData("mobilenet_0.25", 218_544, 475_544)]
    public void Each_has_as_many_parameters_as_Keras_counts(string name, long without, long with)
    {
        Assert.Equal(without, Plan(name, top: false).Parameters);
        Assert.Equal(with, Plan(name, top: true).Parameters);
    }

    [Theory]
    [InlineData("resnet50", 53_120)]
    [InlineData("inception_v3", 34_432)]
    [InlineData("xception", 54_528)]
    [InlineData("mobilenet", 21_888)]
    public void Their_running_statistics_do_not_train(string name, long statistics)
    {
        var plan = Plan(name, top: true);
        Assert.Equal(statistics, plan.Parameters - plan.TrainableParameters);
    }

    [Theory]
    [InlineData("vgg16", "(None, 7, 7, 512)")]
    [InlineData("vgg19", "(None, 7, 7, 512)")]
    [InlineData("resnet50", "(None, 7, 7, 2048)")]
    [InlineData("inception_v3", "(None, 8, 8, 2048)")]
    [InlineData("xception", "(None, 10, 10, 2048)")]
    [InlineData("mobilenet", "(None, 7, 7, 1024)")]
    [InlineData("mobilenet_0.25", "(None, 7, 7, 256)")]
    public void At_its_own_size_each_ends_in_the_features_that_Keras_prints(string name, string features)
    {
        Assert.Equal(features, Plan(name, top: false).Output.ToString());
        Assert.Equal("(None, 1000)", Plan(name, top: true).Output.ToString());
    }

    [Theory]
    [InlineData("vgg16", PreprocessingMode.Caffe)]
    [InlineData("vgg19", PreprocessingMode.Caffe)]
    [InlineData("resnet50", PreprocessingMode.Caffe)]
    [InlineData("inception_v3", PreprocessingMode.Tf)]
    [InlineData("xception", PreprocessingMode.Tf)]
    [InlineData("mobilenet_0.5", PreprocessingMode.Tf)]
    public void Each_takes_pictures_as_it_was_trained_on_them_and_works_at_its_least_size(string name, PreprocessingMode mode)
    {
        var backbone = Backbone.Find(name)!;
        Assert.Equal(mode, backbone.Preprocessing);
        Assert.All(Plan(name, top: false, new(backbone.LeastSize, backbone.LeastSize)).Output.Dims, dim => Assert.True(dim >= 1));
    }

    [Fact]
    public void VGG16_at_150_ends_in_4_by_4_by_512()
    {
        var plan = Plan("vgg16", top: false, new(150, 150));

        Assert.Equal(["block1_conv1", "block1_conv2", "block1_pool", "block2_conv1", "block2_conv2", "block2_pool", "block3_conv1", "block3_conv2", "block3_conv3", "block3_pool",
            "block4_conv1", "block4_conv2", "block4_conv3", "block4_pool", "block5_conv1", "block5_conv2", "block5_conv3", "block5_pool"], plan.Layers.Select(layer => layer.Name));
        Assert.Equal([1792, 36_928, 0, 73_856, 147_584, 0, 295_168, 590_080, 590_080, 0, 1_180_160, 2_359_808, 2_359_808, 0, 2_359_808, 2_359_808, 2_359_808, 0], plan.Layers.Select(layer => layer.Parameters));
        Assert.Equal(Shape.Image(4, 4, 512), plan.Output);
    }

    [Fact]
    public void With_two_dense_layers_it_has_16812353_parameters()
    {
        var model = Backbone.Find("vgg16")!.Model(includeTop: false, new(150, 150));
        Assert.Equal(16_812_353, ModelPlanner.Plan(model with { Layers = [.. model.Layers, new Flatten(), new Dense { Units = 256 }, new Dense { Units = 1 }] }).Parameters);
    }

    // What len(model.layers) says of Keras' own.
    [Theory]
    [InlineData("resnet50", 177)]
    [InlineData("inception_v3", 313)]
    [InlineData("xception", 134)]
    [InlineData("mobilenet", 93)]
    public void Each_has_as_many_layers_as_Keras_with_the_input(string name, int layers) => Assert.Equal(layers, Plan(name, top: true).Layers.Count + 1);

    [Theory]
    [InlineData("resnet50", "res2a_branch2a", "bn2a_branch1", "add_16", "activation_49", "res5c_branch2c", "bn_conv1", "fc1000")]
    [InlineData("inception_v3", "conv2d_94", "batch_normalization_94", "activation_94", "mixed0", "mixed9_1", "mixed10", "concatenate_2", "average_pooling2d_9", "max_pooling2d_4", "predictions")]
    [InlineData("xception", "conv2d_4", "batch_normalization_4", "add_12", "block2_sepconv1", "block3_sepconv1_act", "block13_pool", "block14_sepconv2_bn")]
    [InlineData("mobilenet", "conv1_pad", "conv_dw_13_bn", "conv_pw_13_relu", "conv_pad_12", "conv_preds", "act_softmax")]
    public void Layers_have_Keras_names(string name, params string[] layers)
    {
        var names = Plan(name, top: true).Layers.Select(layer => layer.Name).ToHashSet();
        Assert.All(layers, layer => Assert.Contains(layer, names));
    }

    [Fact]
    public void Pictures_may_be_too_small() =>
        Assert.Equal("inception_v3 takes pictures of at least 75x75, not 80x74", Assert.Throws<ModelException>(() => Backbone.Find("inception_v3")!.Model(includeTop: false, new(80, 74))).Message);

    [Fact]
    public void There_is_no_other() => Assert.Null(Backbone.Find("vgg17"));
}
