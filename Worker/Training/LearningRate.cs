using Convoy.Shared.Specs;

namespace Convoy.Worker.Training;

/// <summary>The learning rate as a function of the step.</summary>
public sealed class LearningRate(OptimizerSpec optimizer, ScheduleSpec schedule, int stepsPerEpoch, int epochs)
{
    /// <summary>The rate of a step (from 0).</summary>
    public double At(long step) => optimizer.Lr * Factor((double)step / stepsPerEpoch, (step + 1.0) / stepsPerEpoch);

    // The warm-up counts the step it is on, so that the first step of a run moves something.
    double Factor(double epoch, double epochAfter) => schedule.WarmupEpochs > 0 && epochAfter < schedule.WarmupEpochs
        ? epochAfter / schedule.WarmupEpochs
        : schedule.Kind switch
        {
            ScheduleKind.Step => Math.Pow(schedule.Gamma, Math.Floor(Math.Max(epoch - schedule.WarmupEpochs, 0) / schedule.StepEpochs)),
            ScheduleKind.Cosine => schedule.Floor + (1 - schedule.Floor) * (1 + Math.Cos(Math.PI * Progress(epoch))) / 2,
            _ => 1,
        };

    double Progress(double epoch) => Math.Clamp((epoch - schedule.WarmupEpochs) / Math.Max(epochs - schedule.WarmupEpochs, 1e-9), 0, 1);
}
