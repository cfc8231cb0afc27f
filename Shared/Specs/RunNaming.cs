using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Convoy.Shared.Specs;

/// <summary>What runs may be called. An id is part of addresses and names of files: letters of any script, digits and <c>-_.</c>; a name may have spaces too.</summary>
public static class RunNaming
{
    /// <summary>The longest id, in characters.</summary>
    public const int LongestId = 120;

    /// <summary>What an id may be, for error messages.</summary>
    public const string Expected = "up to 120 letters, digits, '-', '_' and '.', the first neither '-' nor '.'";

    const int LongestName = 100;
    // File systems allow 255, and some files are called after a run's folder.
    const int MostBytes = 200;

    /// <summary>Whether a spec may be called so.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= LongestName && Fits(name) && Rune.IsLetterOrDigit(name.EnumerateRunes().First()) && name.EnumerateRunes().All(rune => IsPart(rune) || rune.Value == ' ');

    /// <summary>Whether a run may have this id.</summary>
    public static bool IsId(string id) => id.Length is > 0 and <= LongestId && Fits(id) && id[0] is not ('-' or '.') && id.EnumerateRunes().All(IsPart);

    /// <summary>A name as part of an id: whatever an id has not is a dash.</summary>
    public static string Slug(string name)
    {
        var slug = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes()) slug.Append(IsPart(rune) ? rune.ToString() : "-");
        return slug.ToString();
    }

    /// <summary>An id that no other run has: the name, the second, and six random digits.</summary>
    public static string NewId(string name, DateTimeOffset now) =>
        string.Create(CultureInfo.InvariantCulture, $"{Slug(name)}-{now:yyyyMMdd-HHmmss}-{RandomNumberGenerator.GetHexString(6, lowercase: true)}");

    static bool Fits(string text) => Encoding.UTF8.GetByteCount(text) <= MostBytes;

    // Marks are parts of letters: of 'é' in two characters, of every syllable in Hindi.
    static bool IsPart(Rune rune) => Rune.IsLetterOrDigit(rune) || rune.Value is '-' or '_' or '.'
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
