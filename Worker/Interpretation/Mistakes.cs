using Convoy.Shared.Data;

namespace Convoy.Worker.Interpretation;

/// <summary>A sample that was taken for another class.</summary>
/// <param name="Sample">Its place in the set.</param>
/// <param name="Truth">Its class.</param>
/// <param name="Predicted">What it was taken for.</param>
/// <param name="Probability">Of that.</param>
public sealed record Mistake(int Sample, int Truth, int Predicted, float Probability);

/// <summary>How a model does on a set: what it takes for what, and where it is wrong.</summary>
/// <param name="Confusion">All samples.</param>
/// <param name="Wrong">The mistakes, the most confident first.</param>
public sealed record Mistakes(ConfusionMatrix Confusion, IReadOnlyList<Mistake> Wrong)
{
    const int Batch = 64;

    /// <summary>Has the model predict every sample of a set.</summary>
    public static Mistakes Of(ModelRunner model, IImageSet set, IProgress<int>? done, CancellationToken cancel)
    {
        var confusion = new ConfusionMatrix(model.Card.Classes);
        var wrong = new List<Mistake>();
        foreach (var samples in Enumerable.Range(0, set.Count).Chunk(Batch))
        {
            cancel.ThrowIfCancellationRequested();
            foreach (var (place, probabilities) in model.Predict([.. samples.Select(set.Picture)]).Index())
            {
                var (truth, predicted) = (set.Label(samples[place]), Array.IndexOf(probabilities, probabilities.Max()));
                confusion.Add(truth, predicted);
                if (truth != predicted) wrong.Add(new Mistake(samples[place], truth, predicted, probabilities[predicted]));
            }
            done?.Report(samples.Length);
        }
        return new Mistakes(confusion, [.. wrong.OrderByDescending(mistake => mistake.Probability)]);
    }
}
