using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Jobs;

/// <summary>What a job's steps came to, in so few points that a page can draw them however long the training: whenever there are too many, those that
/// stay are twice as far apart. The latest is always among them.</summary>
public sealed class StepHistory
{
    /// <summary>Points at most.</summary>
    public const int Most = 2000;

    readonly List<StepProgress> _points;
    long _stride;

    /// <summary>A history that goes on from these points of an earlier one.</summary>
    public StepHistory(IReadOnlyList<StepProgress> points)
    {
        _points = [.. points];
        _stride = StrideOf(points);
        while (_points.Count > Most) Thin();
    }

    /// <summary>By step; a copy.</summary>
    public IReadOnlyList<StepProgress> Points => [.. _points];

    /// <summary>Training has come this far. Where it went back to repeat steps, what they came to before is void.</summary>
    public void Add(StepProgress progress)
    {
        _points.RemoveAll(point => point.Step >= progress.Step);
        if (_points.Count > 1 && _points[^1].Step - _points[^2].Step < _stride) _points.RemoveAt(_points.Count - 1); // it was there as the latest only
        _points.Add(progress);
        while (_points.Count > Most) Thin();
    }

    void Thin()
    {
        _stride *= 2;
        var (latest, kept) = (_points[^1], long.MinValue);
        _points.RemoveAll(point =>
        {
            if (point != latest && kept != long.MinValue && point.Step - kept < _stride) return true;
            kept = point.Step;
            return false;
        });
    }

    // The last point may stand nearer.
    static long StrideOf(IReadOnlyList<StepProgress> points)
    {
        var nearest = points.Zip(points.Skip(1), (one, next) => next.Step - one.Step).SkipLast(1).DefaultIfEmpty(1).Min();
        return (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)Math.Max(1, nearest) + 1) / 2;
    }
}
