using Convoy.Shared.Data;
using Convoy.Shared.Specs;
using Convoy.Worker.Pretrained;
using Convoy.Worker.Training;

namespace Convoy.Worker.Export;

/// <summary>What <see cref="Preprocessing"/> does to a picture's bytes, as nodes of ONNX.</summary>
sealed class OnnxPreprocessing(OnnxGraph graph, StoredModel model)
{
    const int Float = 1; // of onnx.proto's data types

    /// <summary>Adds the nodes and gives the name of the numbers, in the input's shape.</summary>
    public static string Add(OnnxGraph graph, string input, StoredModel model) => new OnnxPreprocessing(graph, model).Apply(input);

    string Apply(string input)
    {
        var value = Begin(input, graph.Node("Cast", $"{input}.numbers", [input], OnnxGraph.Attribute("to", Float)));
        if (model.Card.Normalization is { IsSamplewise: true } normalization) value = Samplewise(input, value, normalization.SamplewiseStdNormalization);
        if (model.Features is { } features) value = Featurewise(input, value, features, model.Card.Normalization!.FeaturewiseStdNormalization);
        return value;
    }

    string Begin(string input, string value) => model.Card.Preprocessing switch
    {
        PreprocessingMode.Tf => With("Sub", $"{input}.centred_at_0", With("Div", $"{input}.rescaled", value, 127.5f), 1),
        PreprocessingMode.Caffe => graph.Node("Sub", $"{input}.less_mean", [BlueFirst(input, value), Features($"{input}.mean_bytes", Preprocessing.CaffeMean)]),
        PreprocessingMode.Torch => graph.Node("Div", $"{input}.normalized",
        [
            graph.Node("Sub", $"{input}.less_mean", [With("Div", $"{input}.rescaled", value, 255), Features($"{input}.mean_colour", Preprocessing.TorchMean)]),
            Features($"{input}.std_colour", Preprocessing.TorchStd),
        ]),
        _ => With("Mul", $"{input}.rescaled", value, (float)model.Card.Rescale),
    };

    // Within the last axis, every pixel's colours turned around; of a flat input, too.
    string BlueFirst(string input, string value)
    {
        var order = graph.Constant($"{input}.blue_first", [.. Enumerable.Range(0, model.Plan.Input.Channels).Select(place => (long)(place - place % 3 + 2 - place % 3))]);
        return graph.Node("Gather", $"{input}.bgr", [value, order], OnnxGraph.Attribute("axis", model.Plan.Input.Dims.Count));
    }

    string Samplewise(string input, string value, bool standardize)
    {
        value = graph.Node("Sub", $"{input}.centred", [value, Mean($"{input}.mean", value)]);
        if (!standardize) return value;
        var variance = Mean($"{input}.variance", graph.Node("Mul", $"{input}.squares", [value, value]));
        var deviation = With("Add", $"{input}.divisor", graph.Node("Sqrt", $"{input}.deviation", [variance]), (float)Normalization.Epsilon);
        return graph.Node("Div", $"{input}.standardized", [value, deviation]);
    }

    string Mean(string output, string value) =>
        graph.Node("ReduceMean", output, [value], OnnxGraph.Attribute("axes", [.. Enumerable.Range(1, model.Plan.Input.Dims.Count).Select(axis => (long)axis)]));

    string Featurewise(string input, string value, FeatureStatistics features, bool standardize)
    {
        value = graph.Node("Sub", $"{input}.features_centred", [value, Features($"{input}.features_mean", features.Mean)]);
        return standardize ? graph.Node("Div", $"{input}.features_standardized", [value, Features($"{input}.features_std", [.. features.Std.Select(deviation => deviation + (float)Normalization.Epsilon)])]) : value;
    }

    // A flat input is pictures all the same, its channels over and over.
    string Features(string name, IReadOnlyList<float> byChannel) =>
        graph.Constant(name, [model.Plan.Input.Channels], [.. Enumerable.Range(0, model.Plan.Input.Channels).Select(place => byChannel[place % byChannel.Count])]);

    string With(string operation, string output, string value, float number) => graph.Node(operation, output, [value, graph.Constant($"{output}.by", [], [number])]);
}
