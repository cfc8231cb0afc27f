using Convoy.Shared.Models;

namespace Convoy.Worker.Pretrained;

/// <summary>The order in which Keras 2 keeps the layers of a model, and takes the layers of a weight file: by their distance from the output, farthest first.</summary>
static class KerasOrder
{
    /// <summary>A plan's layers in that order.</summary>
    public static IReadOnlyList<LayerPlan> Of(ModelPlan plan)
    {
        var depths = Depths(plan);
        var visits = Visits(plan);
        return [.. Enumerable.Range(0, plan.Layers.Count).OrderByDescending(layer => depths[layer]).ThenBy(layer => visits[layer]).Select(layer => plan.Layers[layer])];
    }

    /// <summary>The longest way from each layer to the output.</summary>
    static int[] Depths(ModelPlan plan)
    {
        var depths = new int[plan.Layers.Count];
        for (var layer = depths.Length - 1; layer >= 0; layer--)
            foreach (var source in plan.Layers[layer].Sources.Where(source => source != LayerPlan.ModelInput))
                depths[source] = Math.Max(depths[source], depths[layer] + 1);
        return depths;
    }

    /// <summary>When each layer is met on the way back from the output, first inputs first.</summary>
    static int[] Visits(ModelPlan plan)
    {
        var visits = new int[plan.Layers.Count];
        var (met, todo) = (0, new Stack<int>([plan.Layers.Count - 1]));
        while (todo.TryPop(out var layer))
        {
            if (visits[layer] > 0) continue;
            visits[layer] = ++met;
            foreach (var source in plan.Layers[layer].Sources.Where(source => source != LayerPlan.ModelInput).Reverse()) todo.Push(source);
        }
        return visits;
    }
}
