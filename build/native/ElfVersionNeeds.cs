using System.Buffers.Binary;
using System.Text;

namespace Convoy.NativeLibraries;

/// <summary>Marks a version that a 64-bit little-endian ELF library needs as weak (<c>VER_FLG_WEAK</c> in its vernaux entry of
/// <c>.gnu.version_r</c>), so that the loader only warns where a system's library is older. Right only for versions none of
/// whose symbols is called. Layout: ELF specification, and the LSB's "Symbol Versioning".</summary>
public static class ElfVersionNeeds
{
    const uint SectionVersionNeeds = 0x6ffffffe;
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
        if (image.Length < 64 || !image[..6].SequenceEqual("\u007fELF\u0002\u0001"u8)) throw new InvalidDataException("not a 64-bit little-endian ELF file");
        try
        {
            return ReadEntries(image);
        }
        catch (ArgumentOutOfRangeException error)
        {
            throw new InvalidDataException("the ELF file is damaged: an offset lies outside it", error);
        }
    }

    static List<Entry> ReadEntries(ReadOnlySpan<byte> image)
    {
        var entries = new List<Entry>();
        var (headers, size, count) = ((int)U64(image, 0x28), U16(image, 0x3a), U16(image, 0x3c));
        for (var i = 0; i < count; i++)
        {
            var header = image.Slice(headers + i * size, size);
            if (U32(header, 4) != SectionVersionNeeds) continue;
            var (offset, needs, link) = ((int)U64(header, 0x18), U32(header, 0x2c), (int)U32(header, 0x28));
            var strings = image[(int)U64(image.Slice(headers + link * size, size), 0x18)..];
            ReadNeeds(image, offset, needs, strings, entries);
        }
        return entries;
    }

    static void ReadNeeds(ReadOnlySpan<byte> image, int need, uint needs, ReadOnlySpan<byte> strings, List<Entry> entries)
    {
        for (; needs > 0; needs--)
        {
            var aux = need + (int)U32(image, need + 8);
            for (var left = U16(image, need + 2); left > 0; left--)
            {
                var name = strings[(int)U32(image, aux + 8)..];
                entries.Add(new Entry(Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]), U16(image, aux + 4), aux + 4));
                aux += (int)U32(image, aux + 12);
            }
            need += (int)U32(image, need + 12);
        }
    }

    static ushort U16(ReadOnlySpan<byte> image, int at) => BinaryPrimitives.ReadUInt16LittleEndian(image[at..]);
    static uint U32(ReadOnlySpan<byte> image, int at) => BinaryPrimitives.ReadUInt32LittleEndian(image[at..]);
    static ulong U64(ReadOnlySpan<byte> image, int at) => BinaryPrimitives.ReadUInt64LittleEndian(image[at..]);
}
