using System.Globalization;
using System.Reflection;
using Convoy.Shared.Specs.Reading;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;

namespace Convoy.Coordinator.Api;

/// <summary>What is wrong with the query of an address, in the words of the API: what the framework says of it names types of C#.</summary>
static class BadQuery
{
    /// <summary>The first parameter of an endpoint that cannot be read; null where all can.</summary>
    public static string? Of(Endpoint? endpoint, IQueryCollection query) =>
        (from parameter in endpoint?.Metadata.GetOrderedMetadata<IParameterBindingMetadata>() ?? []
         let expected = Expected(parameter.ParameterInfo.ParameterType)
         where expected is not null
         let name = parameter.ParameterInfo.GetCustomAttribute<FromQueryAttribute>()?.Name ?? parameter.Name
         let value = query[name].ToString()
         where value.Length > 0 && !expected.Value.Fits(value)
         select $"{name}: expected {expected.Value.What}, found '{Quote.Short(value)}'").FirstOrDefault();

    static (string What, Func<string, bool> Fits)? Expected(Type type) =>
        type == typeof(bool?) ? ("true or false", value => bool.TryParse(value, out _))
        : type == typeof(int?) ? ("a whole number", value => int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out _))
        : null;
}
