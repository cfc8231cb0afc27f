using Convoy.Shared.Data;
using Convoy.Shared.Data.Idx;

namespace Convoy.Shared.Tests.Data;

public sealed class IdxFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false, "plain")]
    [InlineData(true, "zipped.gz")]
    [InlineData(false, "plain-in-spite-of-its-name.gz")]
    [InlineData(true, "zipped-in-spite-of-its-name")]
    public void Pictures_are_read_plain_or_gzip_whatever_the_name(bool zipped, string name)
    {
        byte[] bytes = IdxBytes.Images(4);
        IdxFile file = IdxFile.ReadImages(folder.Write(name, zipped ? IdxBytes.Gzip(bytes) : bytes));
        Assert.Equal([4, 2, 3], file.Dims);
        Assert.Equal(bytes[16..], file.Bytes.ToArray());
    }

    [Fact]
    public void Labels_are_read()
    {
        IdxFile file = IdxFile.ReadLabels(folder.Write("labels", IdxBytes.Labels(5, 0, 4)));
        Assert.Equal([3], file.Dims);
        Assert.Equal([5, 0, 4], file.Bytes.ToArray());
    }

    [Fact]
    public void Labels_in_place_of_pictures_are_named() =>
        AssertRefused(IdxBytes.Labels(1, 2), "expected an IDX file of pictures (magic number 0x00000803), found 0x00000801 (labels)");

    [Fact]
    public void A_file_of_another_kind_is_told_by_its_magic_number() =>
        AssertRefused("\x89PNG and so on"u8.ToArray(), "magic number 0x00000803", "found 0xC289504E");

    [Theory]
    [InlineData(0, "4 bytes expected for the magic number in the header, 0 found")]
    [InlineData(3, "4 bytes expected for the magic number in the header, 3 found")]
    [InlineData(9, "4 bytes expected for the sizes in the header, 1 found")]
    [InlineData(30, "the header says 4 x 2 x 3 = 24 bytes of pictures, the file can hold at most 14")]
    public void A_plain_file_cut_short_is_named(int length, string expected) =>
        AssertRefused(IdxBytes.Images(4)[..length], "cut short", expected);

    [Fact]
    public void A_gzip_file_whose_content_is_short_says_expected_and_found() =>
        AssertRefused(IdxBytes.Gzip(IdxBytes.Images(4)[..30]), "24 bytes of pictures expected (4 x 2 x 3), 14 found");

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.7)]
    [InlineData(0.999)]
    public void A_cut_gzip_file_is_named(double part)
    {
        byte[] zipped = IdxBytes.Gzip(IdxBytes.File(0x803, [100, 28, 28], Noise(78_400)));
        AssertRefused(zipped[..(int)(part * zipped.Length)], "cut short");
    }

    [Fact]
    public void A_gzip_file_with_a_flipped_byte_is_named()
    {
        byte[] zipped = IdxBytes.Gzip(IdxBytes.File(0x803, [100, 28, 28], Noise(78_400)));
        zipped[zipped.Length / 2] ^= 0x10;
        AssertRefused(zipped, "damaged");
    }

    [Fact]
    public void Bytes_after_the_last_picture_are_named() =>
        AssertRefused([.. IdxBytes.Images(4), 1], "goes on after the 24 bytes of pictures");

    [Theory]
    [InlineData(int.MaxValue, int.MaxValue, int.MaxValue)]
    [InlineData(60_000, 28, 1_000)]
    public void Sizes_beyond_the_file_are_refused_before_memory_is_taken(int count, int rows, int columns)
    {
        byte[] lie = IdxBytes.File(0x803, [count, rows, columns], new byte[100]);
        string[] paths = [folder.Write("lie", lie), folder.Write("lie.gz", IdxBytes.Gzip(lie))];
        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (string path in paths)
            AssertNames(path, Assert.Throws<DataException>(() => IdxFile.ReadImages(path)), $"{count} x {rows} x {columns}");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Theory]
    [InlineData(0, "size 0 of dimension 2")]
    [InlineData(-1, "size 4294967295 of dimension 2")]
    public void Sizes_that_no_picture_has_are_named(int rows, string expected) =>
        AssertRefused(IdxBytes.File(0x803, [1, rows, 3], []), expected);

    [Fact]
    public void A_missing_file_is_named()
    {
        string path = Path.Combine(folder.Path, "absent");
        AssertNames(path, Assert.Throws<DataException>(() => IdxFile.ReadImages(path)), "cannot be read");
    }

    private static byte[] Noise(int length)
    {
        SeededRandom random = SeededRandom.Of("noise", length);
        return [.. Enumerable.Range(0, length).Select(_ => (byte)random.NextInt(256))];
    }

    private void AssertRefused(byte[] bytes, params string[] expected)
    {
        string path = folder.Write("pictures", bytes);
        AssertNames(path, Assert.Throws<DataException>(() => IdxFile.ReadImages(path)), expected);
    }

    private static void AssertNames(string path, DataException error, params string[] expected)
    {
        Assert.StartsWith(path + ": ", error.Message);
        Assert.All(expected, part => Assert.Contains(part, error.Message));
        Assert.DoesNotContain('\n', error.Message);
    }
}
