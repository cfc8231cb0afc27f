using System.Globalization;
using System.Text.RegularExpressions;

namespace Convoy.Cli.Commands;

/// <summary>When a token stops to be of use.</summary>
static partial class Expiry
{
    const int MostYears = 100;

    /// <summary>From <c>30d</c>, <c>12h</c>, <c>8w</c> or <c>2027-06-30</c>; null for anything else and for what is over.</summary>
    public static DateTimeOffset? Parse(string text, DateTimeOffset now)
    {
        if (DateTimeOffset.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day)) return day > now ? day : null;
        if (Span().Match(text) is not { Success: true } match || !int.TryParse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture, out var number)) return null;
        var hours = (double)number * match.Groups["unit"].Value switch { "h" => 1, "d" => 24, _ => 7 * 24 };
        return hours is > 0 and <= MostYears * 366 * 24 ? now + TimeSpan.FromHours(hours) : null;
    }

    /// <summary>As a list shows it.</summary>
    public static string Show(DateTimeOffset? expires, DateTimeOffset now) =>
        expires is not { } end ? "never" : (end <= now ? "expired " : "") + end.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<number>\d{1,6})(?<unit>[hdw])$")]
    private static partial Regex Span();
}
