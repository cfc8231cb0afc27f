using static Convoy.NativeLibraries.ElfImage;

namespace Convoy.NativeLibraries;

/// <summary>The libraries that a 64-bit little-endian ELF library has loaded with it (<c>DT_NEEDED</c> in <c>.dynamic</c>).
/// Layout: the ELF specification.</summary>
public static class ElfLibraries
{
    const uint Dynamic = 6;
    const ulong Needed = 1;
    const int EntrySize = 16;

    /// <summary>Their names, in order.</summary>
    /// <exception cref="InvalidDataException">Not such an ELF file.</exception>
    public static IReadOnlyList<string> List(ReadOnlySpan<byte> image)
    {
        var names = new List<string>();
        foreach (var section in Sections(image, Dynamic))
        {
            try
            {
                for (var at = section.Offset; at < section.Offset + section.Size; at += EntrySize)
                    if (U64(image, at) == Needed) names.Add(Name(image, section, at));
            }
            catch (ArgumentOutOfRangeException error)
            {
                throw Damaged(error);
            }
        }
        return names;
    }

    /// <summary>Has those that <paramref name="isUnused"/> names no longer loaded: their functions are then only looked for when one is called
    /// (lazy binding). Right only where none is. How many that were.</summary>
    /// <exception cref="InvalidDataException">Not such an ELF file.</exception>
    public static int Drop(Span<byte> image, Func<string, bool> isUnused)
    {
        var dropped = 0;
        foreach (var section in Sections(image, Dynamic))
        {
            try
            {
                dropped += Drop(image, section, isUnused);
            }
            catch (ArgumentOutOfRangeException error)
            {
                throw Damaged(error);
            }
        }
        return dropped;
    }

    // What stays moves up; the zeros left at the end are DT_NULL, which ends the list.
    static int Drop(Span<byte> image, Section section, Func<string, bool> isUnused)
    {
        var to = section.Offset;
        for (var at = section.Offset; at < section.Offset + section.Size; at += EntrySize)
        {
            if (U64(image, at) == Needed && isUnused(Name(image, section, at))) continue;
            image.Slice(at, EntrySize).CopyTo(image[to..]);
            to += EntrySize;
        }
        var rest = section.Offset + section.Size - to;
        image.Slice(to, rest).Clear();
        return rest / EntrySize;
    }

    static string Name(ReadOnlySpan<byte> image, Section section, int at) => Text(image, section.Strings + (int)U64(image, at + 8));
}
