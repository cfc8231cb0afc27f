using System.Buffers.Binary;
using System.IO.Compression;
using Convoy.Augmentation.Decoding;
using Convoy.Shared.Models;
using Convoy.Shared.Tests.Data;
using OpenCvSharp;

namespace Convoy.Augmentation.Tests.Decoding;

public sealed class LargePictureTests : IDisposable
{
    readonly TemporaryFolder _place = new();

    static LargePictureTests() => OpenCv.Prepare();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void A_small_file_that_would_become_a_huge_picture_is_refused_by_its_header()
    {
        var path = _place.In("bomb.png");
        WriteBlank(path, side: 20_000);
        Assert.InRange(new FileInfo(path).Length, 1, 1_000_000);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.Throws<DecodeException>(() => ImageDecoder.Decode(path, Shape.Image(2, 2, 3)));

        Assert.Equal($"{path}: 20000 x 20000 pixels; at most 120,000,000 are read", error.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
    }

    [Fact]
    public void A_picture_below_the_bound_is_read()
    {
        var path = _place.In("large.png");
        WriteBlank(path, side: 3_000);

        Assert.All(ImageDecoder.Decode(path, Shape.Image(2, 2, 1)), level => Assert.Equal(0, level));
    }

    [Theory]
    [InlineData(1200, 900, 75)]
    [InlineData(900, 2400, 64)]
    [InlineData(640, 480, 150)]
    public void A_large_JPEG_is_decoded_small_and_looks_as_if_it_had_been_decoded_whole(int width, int height, int side)
    {
        var path = _place.In("photo.jpg");
        using var photo = Textured(width, height);
        Cv2.ImWrite(path, photo, new ImageEncodingParam(ImwriteFlags.JpegQuality, 90));
        using var whole = Cv2.ImRead(path);
        using var expected = new Mat();
        Cv2.Resize(whole, expected, new Size(side, side), interpolation: InterpolationFlags.Area);
        Cv2.CvtColor(expected, expected, ColorConversionCodes.BGR2RGB);
        Assert.True(expected.GetArray(out Vec3b[] pixels));

        var actual = ImageDecoder.Decode(path, Shape.Image(side, side, 3));

        var error = pixels.SelectMany(pixel => new[] { pixel.Item0, pixel.Item1, pixel.Item2 }).Zip(actual, (one, other) => Math.Pow(one - other, 2)).Average();
        Assert.InRange(10 * Math.Log10(255 * 255 / Math.Max(error, 1e-9)), 40, 200);
    }

    /// <summary>Noise at several scales: more detail than a photograph has.</summary>
    static Mat Textured(int width, int height)
    {
        var random = new RNG(7);
        var sum = new Mat(height, width, MatType.CV_32FC3, Scalar.All(128));
        foreach (var (scale, strength) in new[] { (64, 60), (16, 30), (4, 12) })
        {
            using var noise = new Mat(height / scale + 2, width / scale + 2, MatType.CV_32FC3);
            random.Fill(noise, DistributionType.Normal, Scalar.All(0), Scalar.All(strength));
            using var grown = new Mat();
            Cv2.Resize(noise, grown, new Size(width, height), interpolation: InterpolationFlags.Cubic);
            Cv2.Add(sum, grown, sum);
        }
        sum.ConvertTo(sum, MatType.CV_8UC3);
        return sum;
    }

    /// <summary>A real PNG of 1 bit a pixel, all black.</summary>
    static void WriteBlank(string path, int side)
    {
        using var file = File.Create(path);
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, side);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), side);
        header[8] = 1;
        Chunk(file, "IHDR"u8, header);
        using var rows = new MemoryStream();
        using (var zip = new ZLibStream(rows, CompressionLevel.Fastest, leaveOpen: true))
            for (var row = 0; row < side; row++)
                zip.Write(new byte[1 + (side + 7) / 8]);
        Chunk(file, "IDAT"u8, rows.ToArray());
        Chunk(file, "IEND"u8, []);
    }

    static void Chunk(Stream file, ReadOnlySpan<byte> kind, byte[] body)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, body.Length);
        file.Write(number);
        byte[] chunk = [.. kind, .. body];
        file.Write(chunk);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32(chunk));
        file.Write(number);
    }

    static uint Crc32(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB88320;
        }
        return ~crc;
    }
}
