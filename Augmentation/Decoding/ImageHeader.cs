using System.Buffers.Binary;

namespace Convoy.Augmentation.Decoding;

/// <summary>Formats of picture files, told by content and not by name.</summary>
internal enum ImageFormat
{
    Jpeg,
    Png,
    Bmp,
    WebP,
}

/// <summary>What a picture file says of itself, read before anything is decoded: how large it will be, and whether the file is whole.
/// Decoders give the upper part of a file that was cut short, and say nothing.</summary>
/// <param name="Format">Its format.</param>
/// <param name="Width">Pixels, before any rotation that EXIF asks for.</param>
/// <param name="Height">Pixels.</param>
/// <param name="IsWhole">Whether the file reaches the end that its format marks.</param>
internal readonly record struct ImageHeader(ImageFormat Format, int Width, int Height, bool IsWhole)
{
    /// <summary>Number of pixels.</summary>
    public long Pixels => (long)Width * Height;

    /// <summary>Reads the header; null for what is none of the formats or too short to say its size.</summary>
    public static ImageHeader? Read(ReadOnlySpan<byte> file)
    {
        try
        {
            ImageHeader? header =
                file.StartsWith<byte>([0xFF, 0xD8]) ? Jpeg(file)
                : file.StartsWith<byte>([0x89, (byte)'P', (byte)'N', (byte)'G']) ? Png(file)
                : file.StartsWith("BM"u8) ? Bmp(file)
                : file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8) ? WebP(file)
                : null;
            return header is { Width: > 0, Height: > 0 } ? header : null;
        }
        catch (Exception error) when (error is ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            return null; // cut off within the header
        }
    }

    // Segments up to the start of scan; then the end marker, which cannot occur within the scan's data.
    static ImageHeader? Jpeg(ReadOnlySpan<byte> file)
    {
        const byte endOfImage = 0xD9, startOfScan = 0xDA;
        var (width, height) = (0, 0);
        for (var at = 2; ;)
        {
            if (file[at] != 0xFF) return null;
            var marker = file[at + 1];
            if (marker is 0xFF) { at++; continue; } // fill byte
            if (marker is >= 0xD0 and <= 0xD7 or 0x01) { at += 2; continue; } // stand alone
            var length = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
                (height, width) = (BinaryPrimitives.ReadUInt16BigEndian(file[(at + 5)..]), BinaryPrimitives.ReadUInt16BigEndian(file[(at + 7)..]));
            at += 2 + length;
            if (marker == startOfScan)
                return new ImageHeader(ImageFormat.Jpeg, width, height, file[at..].LastIndexOf((ReadOnlySpan<byte>)[0xFF, endOfImage]) >= 0);
        }
    }

    static ImageHeader Png(ReadOnlySpan<byte> file)
    {
        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(file[16..]), BinaryPrimitives.ReadInt32BigEndian(file[20..]));
        var whole = false;
        for (long at = 8; !whole && at + 12 <= file.Length;)
        {
            whole = file[((int)at + 4)..].StartsWith("IEND"u8);
            at += 12 + BinaryPrimitives.ReadUInt32BigEndian(file[(int)at..]);
        }
        return new ImageHeader(ImageFormat.Png, width, height, whole);
    }

    static ImageHeader Bmp(ReadOnlySpan<byte> file)
    {
        const int coreHeader = 12, uncompressed = 0, bitFields = 3;
        if (BinaryPrimitives.ReadInt32LittleEndian(file[14..]) == coreHeader)
            return Sized(BinaryPrimitives.ReadUInt16LittleEndian(file[18..]), BinaryPrimitives.ReadUInt16LittleEndian(file[20..]), bits: 24, uncompressed, file);
        return Sized(
            BinaryPrimitives.ReadInt32LittleEndian(file[18..]), Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(file[22..])), // rows from the top where negative
            BinaryPrimitives.ReadUInt16LittleEndian(file[28..]), BinaryPrimitives.ReadInt32LittleEndian(file[30..]), file);

        static ImageHeader Sized(int width, long height, int bits, int compression, ReadOnlySpan<byte> file)
        {
            var rows = ((long)width * bits + 31) / 32 * 4 * height;
            var whole = compression is not (uncompressed or bitFields) || BinaryPrimitives.ReadUInt32LittleEndian(file[10..]) + rows <= file.Length;
            return new ImageHeader(ImageFormat.Bmp, width, (int)Math.Min(height, int.MaxValue), whole);
        }
    }

    static ImageHeader? WebP(ReadOnlySpan<byte> file)
    {
        var whole = BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) + 8L <= file.Length;
        var kind = file[12..16];
        var body = file[20..];
        if (kind.SequenceEqual("VP8 "u8))
            return new ImageHeader(ImageFormat.WebP, BinaryPrimitives.ReadUInt16LittleEndian(body[6..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(body[8..]) & 0x3FFF, whole);
        if (kind.SequenceEqual("VP8L"u8))
        {
            var sizes = BinaryPrimitives.ReadUInt32LittleEndian(body[1..]);
            return new ImageHeader(ImageFormat.WebP, (int)(sizes & 0x3FFF) + 1, (int)(sizes >> 14 & 0x3FFF) + 1, whole);
        }
        return kind.SequenceEqual("VP8X"u8) ? new ImageHeader(ImageFormat.WebP, Int24(body[4..]) + 1, Int24(body[7..]) + 1, whole) : null;

        static int Int24(ReadOnlySpan<byte> bytes) => bytes[0] | bytes[1] << 8 | bytes[2] << 16;
    }
}
