using Convoy.Coordinator.Artifacts;
using Convoy.Coordinator.Jobs;
using Convoy.Shared.Protocol;

namespace Convoy.Coordinator.Tests.Jobs;

public sealed class StepHistoryTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("convoy-steps-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(37)]
    public void However_long_a_training_its_points_stay_few_evenly_spread_and_end_with_the_latest(int stepsPerReport)
    {
        var history = new StepHistory([]);
        for (var report = 1; report <= 100_001; report++)
        {
            history.Add(At(report * stepsPerReport));
            if (report % 977 == 0) Assert.Equal(report * stepsPerReport, history.Points[^1].Step);
        }
        var steps = history.Points.Select(point => point.Step).ToList();
        Assert.InRange(steps.Count, StepHistory.Most / 2, StepHistory.Most);
        Assert.Equal((stepsPerReport, 100_001L * stepsPerReport), (steps[0], steps[^1]));
        var gaps = steps.Zip(steps.Skip(1), (one, next) => next - one).SkipLast(1).ToList();
        Assert.InRange(gaps.Max(), gaps.Min(), 2 * gaps.Min());
    }

    [Fact]
    public void Steps_that_are_repeated_take_the_place_of_those_that_are_void()
    {
        var history = new StepHistory([At(10), At(20), At(30)]);
        history.Add(At(20, loss: 2));
        history.Add(At(25, loss: 2));
        Assert.Equal([(10, 1), (20, 2), (25, 2)], history.Points.Select(point => (point.Step, point.Loss)));
    }

    [Fact]
    public void A_history_that_another_process_takes_over_goes_on_as_sparse_as_it_was()
    {
        var (one, whole) = (new StepHistory([]), new StepHistory([]));
        for (var step = 1; step <= 5000; step++) one.Add(At(step));
        var other = new StepHistory(one.Points);
        for (var step = 1; step <= 9000; step++) whole.Add(At(step));
        for (var step = 5001; step <= 9000; step++) other.Add(At(step));
        Assert.Equal(whole.Points, other.Points);
    }

    [Fact]
    public void Points_are_the_same_after_a_way_through_the_file_and_a_broken_row_costs_only_itself()
    {
        IReadOnlyList<StepProgress> points = [At(1), At(2, loss: double.NaN), At(3) with { StepSeconds = new StepSeconds(0.1, 0.25, 0.5, 0.000001, 2) }];
        var file = Path.Combine(_folder.FullName, StepsCsv.Name);
        File.WriteAllText(file, StepsCsv.Text(points) + "4,1,half a row");
        Assert.Equal(points, StepsCsv.Read(_folder.FullName, "a"));
        File.Delete(file);
        Assert.Empty(StepsCsv.Read(_folder.FullName, "a"));
    }

    static StepProgress At(long step, double loss = 1) => new("a", 1, 1 + (int)(step / 100), (int)(step % 100), 100, step, loss, 0.5, 123.4, default);
}
