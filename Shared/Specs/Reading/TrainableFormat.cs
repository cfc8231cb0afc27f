namespace Convoy.Shared.Specs.Reading;

/// <summary>What learns: <c>true</c>, <c>false</c> or <c>{from: LAYER}</c>.</summary>
internal static class TrainableFormat
{
    private const string From = "from";

    public const string Expected = $"true, false or {{{From}: LAYER}}";

    /// <summary>The value; null where it is none.</summary>
    public static Trainable? Read(YamlValue node) => node switch
    {
        YamlScalar scalar => ScalarFormat.Read(scalar, typeof(bool), null) switch { true => Trainable.All, false => Trainable.None, _ => null },
        YamlMap { Entries: [{ Key: From, Value: YamlScalar { IsNull: false } layer }] } => Trainable.FromLayer(layer.Text),
        _ => null,
    };

    /// <summary>A value as the reader takes it back.</summary>
    public static string Write(Trainable trainable) =>
        trainable.From is { } layer ? $"{{{From}: {PlainText.Write(layer)}}}" : ScalarFormat.Write(!trainable.IsNone);
}
