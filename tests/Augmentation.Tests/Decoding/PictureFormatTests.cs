using System.Globalization;
using System.Text;
using Convoy.Augmentation.Decoding;
using Convoy.Shared.Models;
using Convoy.Shared.Tests.Data;

namespace Convoy.Augmentation.Tests.Decoding;

/// <summary>Against what Pillow reads from the same files (Pictures/make.py).</summary>
public sealed class PictureFormatTests : IDisposable
{
    static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Pictures");
    readonly TemporaryFolder _place = new();

    public void Dispose() => _place.Dispose();

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder, "*.rgb").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Files))]
    public void A_picture_is_read_as_Pillow_reads_it(string name)
    {
        var (shape, expected) = Expected(name);

        var actual = ImageDecoder.Decode(Path.Combine(Folder, name), shape);

        var differences = actual.Zip(expected, (one, other) => Math.Abs(one - other)).ToArray();
        // JPEG and lossy WebP leave the last bit of their transforms to the decoder.
        var (most, mean) = name.EndsWith(".jpg", StringComparison.Ordinal) || name.StartsWith("lossy", StringComparison.Ordinal) ? (4, 1.0) : (0, 0.0);
        Assert.InRange(differences.Max(), 0, most);
        Assert.InRange(differences.Average(), 0, mean);
    }

    [Theory, MemberData(nameof(Files))]
    public void A_picture_cut_short_anywhere_is_damaged(string name)
    {
        var whole = File.ReadAllBytes(Path.Combine(Folder, name));
        for (var length = 1; length < whole.Length; length += 13)
            AssertDamaged(whole[..length]);
        AssertDamaged(whole[..^1]);

        void AssertDamaged(byte[] cut)
        {
            var path = _place.In(name);
            File.WriteAllBytes(path, cut);
            Assert.StartsWith(path, Assert.Throws<DecodeException>(() => ImageDecoder.Decode(path, Shape.Image(8, 8, 3))).Message);
        }
    }

    [Theory]
    [InlineData("colour.png")]
    [InlineData("palette.png")]
    public void A_PNG_with_a_flipped_bit_is_damaged(string name)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Folder, name));
        bytes[bytes.Length - 30] ^= 4;
        var path = _place.In(name);
        File.WriteAllBytes(path, bytes);

        Assert.Throws<DecodeException>(() => ImageDecoder.Decode(path, Shape.Image(8, 8, 3)));
    }

    [Fact]
    public void A_name_with_another_formats_ending_does_not_matter()
    {
        var path = _place.In("really.jpg");
        File.Copy(Path.Combine(Folder, "colour.png"), path);

        Assert.Equal(Expected("colour.png").Rgb, ImageDecoder.Decode(path, Shape.Image(16, 24, 3)));
    }

    static (Shape Shape, byte[] Rgb) Expected(string name)
    {
        var file = File.ReadAllBytes(Path.Combine(Folder, name + ".rgb"));
        var line = Array.IndexOf(file, (byte)'\n');
        var sizes = Encoding.ASCII.GetString(file, 0, line).Split(' ').Select(size => int.Parse(size, CultureInfo.InvariantCulture)).ToArray();
        return (Shape.Image(sizes[1], sizes[0], 3), file[(line + 1)..]);
    }
}
