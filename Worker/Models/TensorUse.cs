using Convoy.Shared.Models;

namespace Convoy.Worker.Models;

/// <summary>How long the layers' outputs are needed during a forward pass, and by whom.</summary>
internal sealed class TensorUse
{
    readonly IReadOnlyList<LayerPlan> _layers;
    readonly int[] _users;
    readonly ILookup<int, int> _lastUsed;

    public TensorUse(IReadOnlyList<LayerPlan> layers)
    {
        _layers = layers;
        var uses = layers.Index().SelectMany(layer => layer.Item.Sources.Select(source => (Source: source, User: layer.Index)))
            .Where(use => use.Source != LayerPlan.ModelInput).ToList();
        _users = [.. Enumerable.Range(0, layers.Count).Select(layer => uses.Count(use => use.Source == layer))];
        _lastUsed = uses.GroupBy(use => use.Source, use => use.User).ToLookup(users => users.Max(), users => users.Key);
    }

    /// <summary>The layers whose outputs nobody needs after a layer.</summary>
    public IEnumerable<int> LastUsedBy(int layer) => _lastUsed[layer];

    /// <summary>Whether a layer's activation may overwrite what it is applied to: nobody else sees it, nor does a backward pass.</summary>
    public bool MayOverwrite(int layer) => _layers[layer].Layer is not ActivationLayer || IsOnlySeenBy(layer);

    bool IsOnlySeenBy(int layer) => _layers[layer].Sources is [var source] && source != LayerPlan.ModelInput && _users[source] == 1 && _layers[source].Layer switch
    {
        Dropout or Flatten or Reshape or ZeroPadding2D => IsOnlySeenBy(source), // may pass on what they take
        var other => other.Activation() == Activation.Linear && other is not ActivationLayer,
    };
}
