using System.Globalization;
using Convoy.Shared.Models.Backbones;

namespace Convoy.Shared.Specs.Reading;

/// <summary>Writes out the input of a model on a base that names none: the size of the pictures that the base was trained on. On the tree, before
/// it is bound, so that whatever reads specs finds an input.</summary>
internal static class OwnInput
{
    public static YamlValue WriteOut(YamlValue spec)
    {
        if (spec is not YamlMap root || root.Find("model") is not { Value: YamlMap model } modelEntry || model.Find("input") is not null
            || model.Find("base") is not { Value: YamlMap @base } || @base.Find("backbone") is not { Value: YamlScalar { Text: var name } } entry || Backbone.Find(name) is not { } backbone)
            return spec;
        var origin = entry.Origin with { NamesField = false };
        YamlScalar Number(int number) => new(origin, number.ToString(CultureInfo.InvariantCulture), Quoted: false);
        var input = new YamlList(origin, [Number(backbone.Size), Number(backbone.Size), Number(3)]);
        return root.With(modelEntry with { Value = model.With(new YamlEntry("input", origin, input)) });
    }
}
