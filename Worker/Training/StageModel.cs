using Convoy.Shared.Models;
using Convoy.Shared.Specs;
using Convoy.Worker.Gradients;
using Convoy.Worker.Models;
using TorchSharp;
using Optimizer = Convoy.Worker.Training.Optimizers.Optimizer;

namespace Convoy.Worker.Training;

/// <summary>A model as one stage trains it: its tensors laid out by what learns, the exchange of those gradients, a new optimizer.</summary>
internal sealed class StageModel : IDisposable
{
    readonly torch.Tensor _gradients;

    public StageModel(TrainingSpec spec, FlatParameters parameters)
    {
        Parameters = parameters;
        Network = new Network(parameters);
        Exchange = new GradientExchange(parameters, spec.Gradients);
        _gradients = parameters.Gradients.narrow(0, 0, parameters.Plan.TrainableParameters).DetachFromDisposeScope();
        Optimizer = Optimizer.Of(spec.Optimizer, parameters.Values, _gradients);
    }

    public FlatParameters Parameters { get; }
    public Network Network { get; }
    public GradientExchange Exchange { get; }
    public Optimizer Optimizer { get; }

    /// <summary>The plan of a stage's model.</summary>
    public static ModelPlan PlanOf(TrainingSpec spec, Stage stage) => ModelPlanner.Plan(spec.Model, stage.Trainable);

    public void Dispose()
    {
        Exchange.Dispose();
        Optimizer.Dispose();
        _gradients.Dispose();
        Network.Dispose();
    }
}
