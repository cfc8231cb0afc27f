using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Runtime.CompilerServices;
using Convoy.Shared.Models;

namespace Convoy.Shared.Specs.Reading;

/// <summary>A property of a record, as YAML sees it.</summary>
/// <param name="Property">The property.</param>
/// <param name="Key">Its name in snake_case.</param>
/// <param name="Type">Its type, without the nullable's wrapper.</param>
/// <param name="Nullable">Whether null is a value.</param>
/// <param name="Required">Whether it must be given.</param>
/// <param name="Range">Bounds of its value.</param>
/// <param name="Kinds">The record's kinds that have it; null where all do.</param>
internal sealed record RecordField(PropertyInfo Property, string Key, Type Type, bool Nullable, bool Required, RangeAttribute? Range, IReadOnlyList<object>? Kinds);

/// <summary>What can be written of a record: its properties, found once by reflection, so that a record is its own grammar.</summary>
internal sealed class RecordShape
{
    private readonly Lazy<object> _defaults;
    private static readonly ConcurrentDictionary<Type, RecordShape> Known = new();
    private static readonly ConcurrentDictionary<Type, IReadOnlyDictionary<string, Type>> KnownTags = new();

    private RecordShape(Type type)
    {
        _defaults = new(() => Activator.CreateInstance(type)!);
        Fields = [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite)
            .OrderBy(property => property.DeclaringType == type)
            .ThenBy(property => property.MetadataToken)
            .Select(Field)];
        Kind = Fields.FirstOrDefault(field => field.Key == "kind");
    }

    /// <summary>A record of which nothing is written.</summary>
    public object Defaults => _defaults.Value;

    /// <summary>Properties in the order declared, inherited ones first.</summary>
    public IReadOnlyList<RecordField> Fields { get; }

    /// <summary>The property that <see cref="RecordField.Kinds"/> speaks of.</summary>
    public RecordField? Kind { get; }

    public static RecordShape Of(Type type) => Known.GetOrAdd(type, static type => new RecordShape(type));

    /// <summary>The sealed records of an abstract one by their name in YAML, in the order declared: <c>conv2d</c>, ..., <c>activation</c> for <c>ActivationLayer</c>.</summary>
    public static IReadOnlyDictionary<string, Type> Tags(Type type) => KnownTags.GetOrAdd(type, static type => type.Assembly.GetTypes()
        .Where(candidate => candidate.IsSealed && candidate.IsSubclassOf(type))
        .OrderBy(candidate => candidate.MetadataToken)
        .ToDictionary(candidate => Tag(candidate, type)));

    /// <summary>A tagged record's name in YAML.</summary>
    public static string Tag(Type type, Type root) =>
        SnakeCase.Of(type.Name.EndsWith(root.Name, StringComparison.Ordinal) ? type.Name[..^root.Name.Length] : type.Name);

    /// <summary>The type of a list's items; null for what is no list.</summary>
    public static Type? ItemOf(Type type) => IsA(type, typeof(IReadOnlyList<>)) ? type.GetGenericArguments()[0] : null;

    /// <summary>The type of what names stand for; null for what is no map of names.</summary>
    public static Type? NamedOf(Type type) => IsA(type, typeof(IReadOnlyDictionary<,>)) ? type.GetGenericArguments()[1] : null;

    private static bool IsA(Type type, Type generic) => type.IsGenericType && type.GetGenericTypeDefinition() == generic;

    /// <summary>Whether a record with this kind has the field.</summary>
    public bool Applies(RecordField field, object record) =>
        field.Kinds is null || Kind is null || field.Kinds.Contains(Kind.Property.GetValue(record)!);

    private static RecordField Field(PropertyInfo property) => new(
        property,
        SnakeCase.Of(property.Name),
        System.Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType,
        new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable,
        property.IsDefined(typeof(RequiredMemberAttribute)),
        property.GetCustomAttribute<RangeAttribute>(),
        property.GetCustomAttribute<AppliesToAttribute>()?.Kinds);
}
