using TorchSharp;

namespace Convoy.Worker.Models;

/// <summary>What a pass through the network depends on beside input and weights.</summary>
/// <param name="Training">Dropout drops and batch norm uses the batch's statistics.</param>
/// <param name="Compute">Number format of convolutions and products.</param>
/// <param name="Dropout">Where dropout draws from; null while evaluating.</param>
/// <param name="World">Where synchronised batch norm sums its statistics; null for none.</param>
/// <param name="Input">What becomes of a layer's input before the layer sees it, by the layer's index; null for nothing.</param>
/// <param name="Output">What becomes of a layer's output before anybody sees it, by the layer's index: a tensor of its own; null for nothing.</param>
public sealed record ForwardPass(bool Training, torch.ScalarType Compute, torch.Generator? Dropout, WorldSums? World,
    Func<int, torch.Tensor, torch.Tensor>? Input = null, Func<int, torch.Tensor, torch.Tensor>? Output = null)
{
    /// <summary>A pass that changes nothing.</summary>
    public static ForwardPass Inference(torch.ScalarType compute) => new(false, compute, null, null);
}
