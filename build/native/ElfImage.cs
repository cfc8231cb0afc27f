using System.Buffers.Binary;
using System.Text;

namespace Convoy.NativeLibraries;

/// <summary>Reads a 64-bit little-endian ELF file in memory. Layout: the ELF specification.</summary>
static class ElfImage
{
    /// <summary>A section: where its bytes lie, its <c>sh_info</c>, and where the strings lie that it names.</summary>
    public sealed record Section(int Offset, int Size, uint Info, int Strings);

    /// <summary>The sections of one <c>sh_type</c>.</summary>
    /// <exception cref="InvalidDataException">Not such an ELF file, or cut.</exception>
    public static IReadOnlyList<Section> Sections(ReadOnlySpan<byte> image, uint type)
    {
        if (image.Length < 64 || !image[..6].SequenceEqual("\u007fELF\u0002\u0001"u8)) throw new InvalidDataException("not a 64-bit little-endian ELF file");
        try
        {
            var found = new List<Section>();
            var (headers, size, count) = ((int)U64(image, 0x28), U16(image, 0x3a), U16(image, 0x3c));
            for (var i = 0; i < count; i++)
            {
                var header = image.Slice(headers + i * size, size);
                if (U32(header, 4) != type) continue;
                var strings = (int)U64(image.Slice(headers + (int)U32(header, 0x28) * size, size), 0x18);
                found.Add(new Section((int)U64(header, 0x18), (int)U64(header, 0x20), U32(header, 0x2c), strings));
            }
            return found;
        }
        catch (ArgumentOutOfRangeException error)
        {
            throw Damaged(error);
        }
    }

    public static InvalidDataException Damaged(Exception error) => new("the ELF file is damaged: an offset lies outside it", error);

    public static string Text(ReadOnlySpan<byte> image, int at)
    {
        var text = image[at..];
        return Encoding.ASCII.GetString(text[..text.IndexOf((byte)0)]);
    }

    public static ushort U16(ReadOnlySpan<byte> image, int at) => BinaryPrimitives.ReadUInt16LittleEndian(image[at..]);
    public static uint U32(ReadOnlySpan<byte> image, int at) => BinaryPrimitives.ReadUInt32LittleEndian(image[at..]);
    public static ulong U64(ReadOnlySpan<byte> image, int at) => BinaryPrimitives.ReadUInt64LittleEndian(image[at..]);
}
