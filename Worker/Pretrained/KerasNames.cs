using System.Text.RegularExpressions;
using Convoy.Shared.Models;

namespace Convoy.Worker.Pretrained;

/// <summary>What Keras calls the weights of a layer, and how it orders their axes: kernels height x width x in x out.</summary>
public static partial class KerasNames
{
    /// <summary>A layer's weights as <c>layer/kernel</c>, in Keras' order.</summary>
    public static IEnumerable<NamedWeight> Of(LayerPlan layer, string called) =>
        from weight in layer.Weights
        let role = Role(layer.Layer, weight)
        select new NamedWeight(weight, $"{called}/{role}", ArrangementOf(layer, role, weight.Shape));

    /// <summary>The role of a tensor in its layer, by what versions 1 and 2 of Keras call it: <c>conv1/kernel:0</c>, <c>conv1_W_1:0</c>; null where neither would.</summary>
    public static string? Role(string tensor) => Known().Match(tensor) is { Success: true } match
        ? match.Groups[1].Value switch { "W" => "kernel", "b" => "bias", "running_mean" => "moving_mean", "running_std" => "moving_variance", var same => same }
        : null;

    /// <summary>What the layers of a plan are called in a file: automatic names (<c>conv2d_1</c>) count on where Keras has made other models before.</summary>
    /// <returns>The file's name of each of the plan's names.</returns>
    public static IReadOnlyDictionary<string, string> Align(IReadOnlyCollection<string> plan, IReadOnlyCollection<string> file)
    {
        if (plan.All(file.Contains)) return plan.ToDictionary(name => name);
        var ranked = file.Select(name => Automatic().Match(name)).Where(match => match.Success).GroupBy(Kind, Number).ToDictionary(kind => kind.Key, kind => kind.Order().ToList());
        var mine = plan.Select(name => Automatic().Match(name)).Where(match => match.Success).ToLookup(Kind, Number);
        return plan.ToDictionary(name => name, name => Automatic().Match(name) is { Success: true } match
            && ranked.TryGetValue(Kind(match), out var numbers) && mine[Kind(match)].Count() == numbers.Count
            ? Name(Kind(match), numbers[mine[Kind(match)].Count(number => number < Number(match))])
            : name);
    }

    static string Kind(Match match) => match.Groups[1].Value;

    // The tf.keras of TensorFlow 2 begins with a bare conv2d.
    static int Number(Match match) => match.Groups[2].Success ? int.Parse(match.Groups[2].ValueSpan) : 0;

    static string Name(string kind, int number) => number == 0 ? kind : $"{kind}_{number}";

    static string Role(Layer layer, WeightPlan weight) => (layer, weight.Name[(weight.Name.LastIndexOf('.') + 1)..]) switch
    {
        (BatchNormalization, "weight") => "gamma",
        (BatchNormalization, "bias") => "beta",
        (BatchNormalization, "running_mean") => "moving_mean",
        (BatchNormalization, "running_var") => "moving_variance",
        (DepthwiseConv2D, "weight") or (SeparableConv2D, "depthwise_weight") => "depthwise_kernel",
        (SeparableConv2D, "pointwise_weight") => "pointwise_kernel",
        (_, "weight") => "kernel",
        (_, var same) => same,
    };

    // Keras' depthwise kernel is height x width x in x multiplier; the model's (in x multiplier, 1, height, width) has the multiplier fastest, too.
    static Arrangement ArrangementOf(LayerPlan layer, string role, IReadOnlyList<int> shape) => (role, shape) switch
    {
        ("depthwise_kernel", [var outputs, _, var height, var width]) => Arrangement.Permuted([height, width, layer.Input.Channels, outputs / layer.Input.Channels], 2, 3, 0, 1),
        (_, [var outputs, var inputs, var height, var width]) => Arrangement.Permuted([height, width, inputs, outputs], 3, 2, 0, 1),
        ("kernel", [var outputs, var inputs]) => Arrangement.Permuted([inputs, outputs], 1, 0),
        _ => Arrangement.Same(shape),
    };

    [GeneratedRegex(@"(?:^|[/_])(depthwise_kernel|pointwise_kernel|kernel|bias|gamma|beta|moving_mean|moving_variance|running_mean|running_std|W|b)(?:_\d+)?(?::\d+)?$")]
    private static partial Regex Known();

    [GeneratedRegex(@"^(conv2d|separable_conv2d|depthwise_conv2d|dense|batch_normalization)(?:_(\d{1,9}))?$")]
    private static partial Regex Automatic();
}
