using Convoy.Shared.Data;
using Convoy.Shared.Protocol;
using Convoy.Shared.Specs;
using Convoy.Worker.Interpretation;

namespace Convoy.Cli.Models;

/// <summary>Models run by libtorch in this process.</summary>
sealed class TorchClassifiers : IClassifierHost
{
    /// <inheritdoc/>
    public IClassifier Open(ModelChoice model)
    {
        using var stored = model.Open();
        return new Classifier(ModelRunner.Of(stored));
    }

    sealed class Classifier(ModelRunner runner) : IClassifier
    {
        public ModelCard Card => runner.Card;
        public Metrics Evaluate(IImageSet set, IProgress<int>? samplesDone, CancellationToken cancel) => runner.Evaluate(set, samplesDone, cancel);
        public float[][] Predict(IReadOnlyList<byte[]> pictures) => runner.Predict(pictures);
        public void Dispose() => runner.Dispose();
    }
}
