namespace Convoy.Shared.Models;

/// <summary>A shape without the batch: (height, width, channels) or (units).</summary>
public sealed record Shape(IReadOnlyList<int> Dims)
{
    /// <summary>A picture's shape.</summary>
    public static Shape Image(int height, int width, int channels) => new([height, width, channels]);
    /// <summary>A vector's shape.</summary>
    public static Shape Vector(int units) => new([units]);
    /// <summary>Whether it has height, width and channels.</summary>
    public bool IsImage => Dims.Count == 3;
    /// <summary>Rows of a picture.</summary>
    public int Height => Dims[0];
    /// <summary>Columns of a picture.</summary>
    public int Width => Dims[1];
    /// <summary>Channels of a picture, or the length of a vector.</summary>
    public int Channels => Dims[^1];
    /// <summary>Number of elements.</summary>
    public long Count => Dims.Aggregate(1L, (product, dim) => product * dim);
    /// <summary>As Keras prints it, the batch as None: <c>(None, 26, 26, 32)</c>.</summary>
    public override string ToString() => $"(None, {string.Join(", ", Dims)})";
    /// <inheritdoc/>
    public bool Equals(Shape? other) => other is not null && Dims.SequenceEqual(other.Dims);
    /// <inheritdoc/>
    public override int GetHashCode() => Dims.Aggregate(17, HashCode.Combine);
}

/// <summary>How a weight starts.</summary>
public enum Initializer
{
    /// <summary>Uniform in +-sqrt(6 / (fan_in + fan_out)) (Glorot and Bengio 2010; Keras' default kernel initialiser).</summary>
    GlorotUniform,
    /// <summary>0</summary>
    Zeros,
    /// <summary>1</summary>
    Ones,
}

/// <summary>One tensor of a layer.</summary>
/// <param name="Name">Full name, <c>conv2d_1.weight</c>; PyTorch's names: weight, bias, running_mean, running_var; a separable convolution's
/// are depthwise_weight, pointwise_weight, bias.</param>
/// <param name="Shape">In PyTorch's order: a convolution (out, in, height, width), a depthwise one (in x multiplier, 1, height, width), a dense layer (out, in).</param>
/// <param name="Trainable">Whether the optimizer moves it where its layer is trainable (running statistics: no).</param>
/// <param name="Initializer">Its starting values.</param>
/// <param name="FanIn">For Glorot: inputs of one output unit, the receptive field counted.</param>
/// <param name="FanOut">For Glorot: outputs one input unit feeds, the receptive field counted.</param>
public sealed record WeightPlan(string Name, IReadOnlyList<int> Shape, bool Trainable, Initializer Initializer, int FanIn, int FanOut)
{
    /// <summary>Number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, dim) => product * dim);
}

/// <summary>A layer with its place in the model.</summary>
/// <param name="Name">Its final name.</param>
/// <param name="Layer">What it is.</param>
/// <param name="Sources">Whose outputs it takes: places in <see cref="ModelPlan.Layers"/>, all before its own; <see cref="ModelInput"/> is the model's input.</param>
/// <param name="Inputs">Their shapes.</param>
/// <param name="Output">Its output's shape.</param>
/// <param name="Weights">Its tensors.</param>
public sealed record LayerPlan(string Name, Layer Layer, IReadOnlyList<int> Sources, IReadOnlyList<Shape> Inputs, Shape Output, IReadOnlyList<WeightPlan> Weights)
{
    /// <summary>In <see cref="Sources"/>: the model's input.</summary>
    public const int ModelInput = -1;
    /// <summary>What layers call the model's input.</summary>
    public const string ModelInputName = "input";
    /// <summary>Whether it learns: in a frozen layer no weights move, and running statistics are used as they are.</summary>
    public bool Trainable { get; init; } = true;
    /// <summary>Whether running statistics are used as they are even where the layer learns.</summary>
    public bool KeepsStatistics { get; init; }
    /// <summary>Whether training moves its running statistics, and normalises by the batch's.</summary>
    public bool MovesStatistics => Trainable && !KeepsStatistics;
    /// <summary>The tensors that the optimizer moves.</summary>
    public IEnumerable<WeightPlan> TrainableWeights => Weights.Where(Learns);
    /// <summary>The running statistics that training moves.</summary>
    public IEnumerable<WeightPlan> RunningStatistics => Weights.Where(Moves);
    /// <summary>The tensors that stay as they are.</summary>
    public IEnumerable<WeightPlan> FrozenWeights => Weights.Where(weight => !Learns(weight) && !Moves(weight));
    /// <summary>The shape of its first, mostly its only input.</summary>
    public Shape Input => Inputs[0];
    /// <summary>Number of parameters, running statistics included, as Keras counts.</summary>
    public long Parameters => Weights.Sum(weight => weight.Count);

    private bool Learns(WeightPlan weight) => weight.Trainable && Trainable;

    private bool Moves(WeightPlan weight) => !weight.Trainable && MovesStatistics;
}

/// <summary>A model whose shapes have been inferred and found to fit.</summary>
public sealed record ModelPlan(Shape Input, IReadOnlyList<LayerPlan> Layers)
{
    /// <summary>How many of the first layers are the base's.</summary>
    public int BaseCount { get; init; }
    /// <summary>What the base gives to the layers on it; the model's input where there is no base.</summary>
    public Shape Features => BaseCount == 0 ? Input : Layers[BaseCount - 1].Output;
    /// <summary>Whether the layers on the base take its last output and nothing from before it.</summary>
    public bool IsCutAtBase => Layers.Skip(BaseCount).All(layer => layer.Sources.All(source => source >= BaseCount - 1));
    /// <summary>The last layer's output.</summary>
    public Shape Output => Layers.Count == 0 ? Input : Layers[^1].Output;
    /// <summary>Whether every layer takes the output of the layer before, and nothing else.</summary>
    public bool IsSequence => Layers.Index().All(layer => layer.Item.Sources is [var source] && source == layer.Index - 1);
    /// <summary>Every tensor, in layer order.</summary>
    public IEnumerable<WeightPlan> Weights => Layers.SelectMany(layer => layer.Weights);
    /// <summary>The tensors that the optimizer moves.</summary>
    public IEnumerable<WeightPlan> TrainableWeights => Layers.SelectMany(layer => layer.TrainableWeights);
    /// <summary>The running statistics that training moves.</summary>
    public IEnumerable<WeightPlan> RunningStatistics => Layers.SelectMany(layer => layer.RunningStatistics);
    /// <summary>The tensors that stay as they are.</summary>
    public IEnumerable<WeightPlan> FrozenWeights => Layers.SelectMany(layer => layer.FrozenWeights);
    /// <summary>All parameters.</summary>
    public long Parameters => Weights.Sum(weight => weight.Count);
    /// <summary>The same model, none of whose layers learns.</summary>
    public ModelPlan Frozen() => this with { Layers = [.. Layers.Select(layer => layer with { Trainable = false })] };
    /// <summary>The model that ends in one of the layers (Keras: <c>Model(inputs, layer.output)</c>): it and all that it takes, in order.</summary>
    public ModelPlan UpTo(int layer)
    {
        var needed = new bool[Layers.Count];
        needed[layer] = true;
        for (var i = layer; i >= 0; i--)
            if (needed[i])
                foreach (var source in Layers[i].Sources.Where(source => source != LayerPlan.ModelInput)) needed[source] = true;
        int[] kept = [.. Enumerable.Range(0, Layers.Count).Where(i => needed[i])];
        var places = kept.Index().ToDictionary(each => each.Item, each => each.Index);
        return new ModelPlan(Input, [.. kept.Select(i => Layers[i] with { Sources = [.. Layers[i].Sources.Select(source => places.GetValueOrDefault(source, LayerPlan.ModelInput))] })]);
    }
    /// <summary>Parameters the optimizer moves.</summary>
    public long TrainableParameters => TrainableWeights.Sum(weight => weight.Count);
}
