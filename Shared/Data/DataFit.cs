using Convoy.Shared.Models;
using Convoy.Shared.Specs;

namespace Convoy.Shared.Data;

/// <summary>Whether a data set and a model belong together.</summary>
public static class DataFit
{
    /// <summary>Compares picture shapes and the number of classes.</summary>
    /// <exception cref="DataException">They do not fit.</exception>
    public static void Check(DatasetCard data, ModelPlan plan, Loss loss)
    {
        if (data.CountOf(Split.Train) == 0)
            throw new DataException("the data set has no training samples");
        if (!plan.Input.Equals(data.Shape) && plan.Input.Count != data.Shape.Count)
            throw new DataException($"the model takes pictures of {plan.Input}, the data set has {data.Shape}; set model.input");
        var outputs = loss == Loss.BinaryCrossentropy ? 2 : plan.Output.Channels;
        if (data.Classes.Count != outputs && !(plan.Output.Channels == 1 && data.Classes.Count == 2))
            throw new DataException($"the data set has {data.Classes.Count} classes, the model tells {outputs} apart; set the last layer's units");
    }
}
