namespace Convoy.Worker.Export;

/// <summary>A graph of ONNX being built: its nodes in order of computation and its constants. Field numbers are those of onnx.proto (ONNX IR 8).</summary>
sealed class OnnxGraph
{
    const int Float = 1, Byte = 2, Int64 = 7;

    readonly List<ProtoMessage> _nodes = [];
    readonly List<ProtoMessage> _constants = [];

    /// <summary>Adds a node with one output.</summary>
    /// <param name="operation">Of the default domain.</param>
    /// <param name="output">What its output is called; so is the node.</param>
    /// <param name="inputs">Names of outputs, constants or the graph's input.</param>
    /// <param name="attributes">See <see cref="Attribute(string, long)"/>.</param>
    /// <returns>The output's name.</returns>
    public string Node(string operation, string output, IEnumerable<string> inputs, params ProtoMessage[] attributes)
    {
        var node = inputs.Aggregate(new ProtoMessage(), (message, input) => message.Text(1, input));
        _nodes.Add(node.Text(2, output).Text(3, output).Text(4, operation).Messages(5, attributes));
        return output;
    }

    /// <summary>Adds a tensor of float32.</summary>
    public string Constant(string name, IEnumerable<int> shape, float[] values) => Constant(name, shape.Select(size => (long)size), Float, values);

    /// <summary>Adds a vector of int64.</summary>
    public string Constant(string name, params long[] values) => Constant(name, [values.Length], Int64, values);

    string Constant<T>(string name, IEnumerable<long> shape, int type, T[] values) where T : unmanaged
    {
        _constants.Add(new ProtoMessage().Numbers(1, shape).Number(2, type).Text(8, name).Raw(9, values));
        return name;
    }

    /// <summary>A whole number.</summary>
    public static ProtoMessage Attribute(string name, long value) => new ProtoMessage().Text(1, name).Number(3, value).Number(20, 2);

    /// <summary>A float.</summary>
    public static ProtoMessage Attribute(string name, float value) => new ProtoMessage().Text(1, name).Single(2, value).Number(20, 1);

    /// <summary>Whole numbers.</summary>
    public static ProtoMessage Attribute(string name, params long[] values) => new ProtoMessage().Text(1, name).Numbers(8, values).Number(20, 7);

    /// <summary>The model: this graph with bytes coming in and float32 going out, the batch left open.</summary>
    /// <param name="name">The graph's name.</param>
    /// <param name="input">Name of the graph's input and its shape without the batch.</param>
    /// <param name="output">Name of the graph's output and its shape without the batch.</param>
    /// <param name="metadata">Names and values for whoever uses the model.</param>
    public ProtoMessage Model(string name, (string Name, IReadOnlyList<int> Shape) input, (string Name, IReadOnlyList<int> Shape) output, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        const int IrVersion = 8, OperatorSet = 17;
        var graph = new ProtoMessage().Messages(1, _nodes).Text(2, name).Messages(5, _constants)
            .Message(11, Value(input.Name, Byte, input.Shape)).Message(12, Value(output.Name, Float, output.Shape));
        return new ProtoMessage().Number(1, IrVersion).Text(2, "convoy").Message(7, graph)
            .Message(8, new ProtoMessage().Text(1, "").Number(2, OperatorSet))
            .Messages(14, metadata.Select(entry => new ProtoMessage().Text(1, entry.Key).Text(2, entry.Value)));
    }

    static ProtoMessage Value(string name, int type, IReadOnlyList<int> shape)
    {
        var dims = new ProtoMessage().Message(1, new ProtoMessage().Text(2, "batch")).Messages(1, shape.Select(size => new ProtoMessage().Number(1, size)));
        var tensor = new ProtoMessage().Number(1, type).Message(2, dims);
        return new ProtoMessage().Text(1, name).Message(2, new ProtoMessage().Message(1, tensor));
    }
}
