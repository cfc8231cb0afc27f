using System.Text.Json;
using Convoy.Cli.CommandLine;
using Convoy.Cli.Tests.Support;
using Convoy.Shared.Tests;

namespace Convoy.Cli.Tests;

/// <summary>Backbones with ImageNet's classifier, used without training.</summary>
public sealed class PretrainedTests
{
    // An independent computation in PyTorch, of the picture resized bilinearly.
    [Fact]
    public async Task MobileNet_sees_an_African_elephant_first_and_a_tusker_second()
    {
        var (weights, picture) = (RealData.Require("pretrained/mobilenet_2_5_224_tf.h5"), RealData.Require("images/creative_commons_elephant.jpg"));

        var (code, output, error) = await ConvoyProgram.RunAsync("predict", "mobilenet_0.25", "--weights", weights, picture, "--top", "5", "--json");

        Assert.Equal((ExitCode.Done, ""), (code, error));
        var top = JsonDocument.Parse(output).RootElement[0].GetProperty("top");
        Assert.Equal(5, top.GetArrayLength());
        Assert.Equal((386, "African_elephant"), (top[0].GetProperty("index").GetInt32(), top[0].GetProperty("class").GetString()));
        Assert.Equal((101, "tusker"), (top[1].GetProperty("index").GetInt32(), top[1].GetProperty("class").GetString()));
        Assert.InRange(top[0].GetProperty("probability").GetDouble(), 0.427 - 0.05, 0.427 + 0.05);
        Assert.InRange(top[1].GetProperty("probability").GetDouble(), 0.368 - 0.05, 0.368 + 0.05);
    }

    [Theory]
    [InlineData("mobilenet_0.25 needs a file of its weights: --weights FILE ('convoy data fetch weights/mobilenet_0.25' brings one)", "predict", "mobilenet_0.25", "a.png")]
    [InlineData("--weights is for backbones (vgg16, vgg19, resnet50, resnet50_v1.5, inception_v3, xception, mobilenet, mobilenet_0.25, mobilenet_0.5, mobilenet_0.75, mobilenet_1.0), and runs/a is none", "predict", "runs/a", "--weights", "a.h5", "a.png")]
    public async Task Weights_belong_to_a_backbone(string message, params string[] arguments)
    {
        using var convoy = new Invocation();

        Assert.Equal(ExitCode.Usage, await convoy.RunAsync(arguments));

        Assert.Equal([$"convoy: {message}"], convoy.ErrorLines);
    }

    [Fact]
    public async Task Weights_that_are_none_are_one_line()
    {
        using var convoy = new Invocation();
        convoy.Write("a.h5", "no weights");

        Assert.Equal(ExitCode.Failed, await convoy.RunAsync("export", "mobilenet_0.25", "--weights", "a.h5", "--to", "onnx"));

        Assert.EndsWith("a.h5 is no file of weights; Keras' HDF5 (.h5), safetensors and the folder of a model are read", Assert.Single(convoy.ErrorLines));
    }
}
