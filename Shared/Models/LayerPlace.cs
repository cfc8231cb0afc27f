using System.Globalization;

namespace Convoy.Shared.Models;

/// <summary>A layer being planned: its name, its position and what it receives.</summary>
internal sealed record LayerPlace(string Name, int Index, IReadOnlyList<Shape> Inputs)
{
    public Shape Input => Inputs[0];

    public ModelException Error(string problem) => new(Name, Index, problem);

    /// <summary>Refuses tensors whose elements an int cannot count.</summary>
    public void RequireAddressable(long elements, string what)
    {
        if (elements is < 0 or > int.MaxValue)
            throw Error(string.Create(CultureInfo.InvariantCulture, $"its {what} would have more than {int.MaxValue:N0} elements; its input is {Input}"));
    }
}
