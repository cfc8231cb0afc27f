using System.Collections;
using System.Reflection;
using Akka.Actor;
using MessagePack;

namespace Convoy.Shared.Tests.Serialization;

/// <summary>Values for messages: the same on every run, no two alike, so that swapped or lost fields show.</summary>
sealed class Samples(ActorSystem system)
{
    int _next;

    public object Of(Type type)
    {
        var known = Nullable.GetUnderlyingType(type) ?? type;
        if (known == typeof(IActorRef)) return system.DeadLetters;
        if (known == typeof(string)) return $"text {++_next}";
        if (known == typeof(byte[])) return new byte[] { (byte)++_next, 255 };
        if (known == typeof(bool)) return true;
        if (known.IsEnum) return Enum.GetValues(known).GetValue(Enum.GetValues(known).Length - 1)!;
        if (known == typeof(double)) return ++_next + 0.5;
        if (known.IsPrimitive) return Convert.ChangeType(++_next, known, null);
        return known.IsGenericType && typeof(IEnumerable).IsAssignableFrom(known) ? List(known.GetGenericArguments()[0]) : Record(known);
    }

    Array List(Type element)
    {
        var list = Array.CreateInstance(element, 2);
        for (var i = 0; i < 2; i++) list.SetValue(Of(element), i);
        return list;
    }

    object Record(Type type)
    {
        var constructor = type.GetConstructors().MaxBy(candidate => candidate.GetParameters().Length)!;
        var parameters = constructor.GetParameters();
        var record = constructor.Invoke([.. parameters.Select(parameter => Of(parameter.ParameterType))]);
        foreach (var property in type.GetProperties().Where(property => property.GetCustomAttribute<KeyAttribute>() is not null && parameters.All(parameter => parameter.Name != property.Name)))
            property.SetValue(record, Of(property.PropertyType));
        return record;
    }
}
