using System.Buffers.Binary;
using static Convoy.NativeLibraries.ElfImage;

namespace Convoy.NativeLibraries;

/// <summary>Marks a version that a 64-bit little-endian ELF library needs as weak (<c>VER_FLG_WEAK</c> in its vernaux entry of
/// <c>.gnu.version_r</c>), so that the loader only warns where a system's library is older. Right only for versions none of
/// whose symbols is called. Layout: the LSB's "Symbol Versioning".</summary>
public static class ElfVersionNeeds
{
    const uint VersionNeeds = 0x6ffffffe;
    const ushort WeakFlag = 0x2;

    /// <summary>Sets the flag in <paramref name="image"/>. False where the library does not name the version or has it weak already.</summary>
    /// <exception cref="InvalidDataException">Not such an ELF file.</exception>
    public static bool MarkWeak(Span<byte> image, string version)
    {
        var changed = false;
        foreach (var entry in Entries(image))
        {
            if (entry.Version != version || (entry.Flags & WeakFlag) != 0) continue;
            BinaryPrimitives.WriteUInt16LittleEndian(image[entry.FlagsOffset..], (ushort)(entry.Flags | WeakFlag));
            changed = true;
        }
        return changed;
    }

    /// <summary>Every version the library needs, and whether it is weak.</summary>
    public static IReadOnlyList<(string Version, bool Weak)> List(ReadOnlySpan<byte> image) =>
        [.. Entries(image).Select(entry => (entry.Version, (entry.Flags & WeakFlag) != 0))];

    sealed record Entry(string Version, ushort Flags, int FlagsOffset);

    static List<Entry> Entries(ReadOnlySpan<byte> image)
    {
        var entries = new List<Entry>();
        foreach (var section in Sections(image, VersionNeeds))
        {
            try
            {
                Read(image, section, entries);
            }
            catch (ArgumentOutOfRangeException error)
            {
                throw Damaged(error);
            }
        }
        return entries;
    }

    static void Read(ReadOnlySpan<byte> image, Section section, List<Entry> entries)
    {
        var need = section.Offset;
        for (var needs = section.Info; needs > 0; needs--)
        {
            var aux = need + (int)U32(image, need + 8);
            for (var left = U16(image, need + 2); left > 0; left--)
            {
                entries.Add(new Entry(Text(image, section.Strings + (int)U32(image, aux + 8)), U16(image, aux + 4), aux + 4));
                aux += (int)U32(image, aux + 12);
            }
            need += (int)U32(image, need + 12);
        }
    }
}
