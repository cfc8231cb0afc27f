using Convoy.Worker.Gradients;
using TorchSharp;

namespace Convoy.Worker.Models;

/// <summary>What a pass through the network depends on beside input and weights.</summary>
/// <param name="Training">Dropout drops and batch norm uses the batch's statistics.</param>
/// <param name="Compute">Number format of convolutions and products.</param>
/// <param name="Dropout">Where dropout draws from; null while evaluating.</param>
/// <param name="World">Where synchronised batch norm sums its statistics; null for none.</param>
public sealed record ForwardPass(bool Training, torch.ScalarType Compute, torch.Generator? Dropout, ICollective? World)
{
    /// <summary>A pass that changes nothing.</summary>
    public static ForwardPass Inference(torch.ScalarType compute) => new(false, compute, null, null);
}
