using Convoy.Augmentation.Datasets;
using Convoy.Augmentation.Decoding;
using Convoy.Shared.Data;
using Convoy.Shared.Models;
using Convoy.Shared.Specs;
using Convoy.Shared.Tests.Data;
using Convoy.Shared.Tests.Telemetry;
using SkiaSharp;

namespace Convoy.Augmentation.Tests.Datasets;

public sealed class FolderDatasetTests : IDisposable
{
    static readonly Shape Size = Shape.Image(6, 6, 3);
    readonly TemporaryFolder _place = new();

    public FolderDatasetTests()
    {
        foreach (var (name, hue) in new[] { ("cat", 0), ("dog", 120) })
            for (var i = 0; i < 10; i++)
                Picture($"data/{name}/{i}.png", SKColor.FromHsv(hue + 5 * i, 80, 90));
    }

    public void Dispose() => _place.Dispose();

    DataSpec Spec => new() { Kind = DataKind.Folder, Path = Path.Combine(_place.Path, "data") };

    [Fact]
    public void Samples_are_the_decoded_files_with_their_classes()
    {
        var data = FolderDataset.Open(Spec, 1, Size);

        Assert.Equal(["cat", "dog"], data.Classes);
        Assert.Equal((16, 4, 0), (data.Train.Count, data.Validation.Count, data.Test.Count));
        var train = Assert.IsType<FolderImages>(data.Train);
        Assert.Equal(Enumerable.Range(0, 16).Select(i => train.File(i).Contains("/dog/") ? 1 : 0), Enumerable.Range(0, 16).Select(train.Label));
        Assert.All(Enumerable.Range(0, 16), i => Assert.Equal(ImageDecoder.Decode(train.File(i), Size), Bytes(train, i)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Memory_is_bounded_and_what_does_not_fit_is_decoded_again(int megabytes)
    {
        var shape = Shape.Image(200, 250, 3); // 150 kB: six fit into a megabyte
        using var heard = new Measurements("convoy.pictures.read");
        var data = FolderDataset.Open(Spec with { CacheMb = megabytes, ValidationFraction = 0 }, 1, shape);

        Assert.Equal(6 * megabytes, new PicturesInMemory([.. Enumerable.Range(0, 20).Select(((FolderImages)data.Train).File)], shape, megabytes * 1_000_000L).Held);
        Assert.All(Enumerable.Range(0, 20), i => Assert.Equal(ImageDecoder.Decode(((FolderImages)data.Train).File(i), shape), Bytes(data.Train, i)));
        Assert.Equal((6 * megabytes, 20 - 6 * megabytes), (heard.Sum("convoy.pictures.read", "hit"), heard.Sum("convoy.pictures.read", "miss")));
    }

    [Fact]
    public void Damaged_files_are_named_and_left_out_and_the_others_keep_their_split()
    {
        var before = Files(FolderDataset.Open(Spec, 1, Size));
        var cut = Path.Combine(_place.Path, "data/cat/3.png");
        File.WriteAllBytes(cut, File.ReadAllBytes(cut)[..60]);
        var text = _place.Write("data/dog/5.png", "no picture");
        var empty = _place.Write("data/dog/6.png", "");
        var notes = _place.Write("data/dog/notes.txt", "some");

        var data = FolderDataset.Open(Spec, 1, Size);

        Assert.Equal([cut, text, empty, notes], data.Skipped.Select(line => line[..line.IndexOf(": ", StringComparison.Ordinal)]));
        Assert.Equal(before.Select(split => split.Except([cut, text, empty])), Files(data));
    }

    [Fact]
    public void A_damaged_file_fails_the_run_where_that_is_wished()
    {
        _place.Write("data/cat/10.png", "");
        var text = _place.Write("data/cat/1.png", "no picture");

        var error = Assert.Throws<DataException>(() => FolderDataset.Open(Spec with { OnError = OnDamage.Fail }, 1, Size));

        Assert.Equal($"{text}: not a picture that can be read; expected a JPEG, PNG, BMP or WebP file (and 1 more); remove it, or set data.on_error: skip", error.Message);
    }

    [Fact]
    public void A_file_that_is_gone_after_the_data_was_opened_is_named()
    {
        var data = FolderDataset.Open(Spec with { CacheMb = 0 }, 1, Size);
        File.Delete(((FolderImages)data.Train).File(0));

        Assert.Contains("it was whole when the data was opened", Assert.Throws<DataException>(() => Bytes(data.Train, 0)).Message);
    }

    [Fact]
    public void A_disk_cache_gives_the_same_pictures_without_decoding()
    {
        _place.Write("data/dog/5.png", "no picture");
        var spec = Spec with { DiskCache = Path.Combine(_place.Path, "cache") };
        var (memory, first) = (FolderDataset.Open(Spec, 1, Size), FolderDataset.Open(spec, 1, Size));
        var written = File.GetLastWriteTimeUtc(CacheFile());

        var second = FolderDataset.Open(spec, 2, Size);

        Assert.Equal(written, File.GetLastWriteTimeUtc(CacheFile()));
        Assert.Equal(Pictures(memory), Pictures(first));
        Assert.Equal(memory.Skipped, first.Skipped);
        Assert.Equal(memory.Skipped, second.Skipped);
        Assert.Equal(Pictures(memory).Order(), Pictures(second).Order()); // another seed, other splits, the same file
    }

    [Fact]
    public void A_disk_cache_knows_a_changed_file_and_another_shape()
    {
        var spec = Spec with { DiskCache = Path.Combine(_place.Path, "cache"), ValidationFraction = 0 };
        FolderDataset.Open(spec, 1, Size);
        Picture("data/cat/0.png", SKColors.White);
        File.SetLastWriteTimeUtc(Path.Combine(_place.Path, "data/cat/0.png"), new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        Assert.Equal(ImageDecoder.Decode(Path.Combine(_place.Path, "data/cat/0.png"), Size), Bytes(FolderDataset.Open(spec, 1, Size).Train, 0));
        Assert.Equal(27, Bytes(FolderDataset.Open(spec, 1, Shape.Image(3, 3, 3)).Train, 0).Length);
        Assert.Equal(3, Directory.GetFiles(Path.Combine(_place.Path, "cache")).Length);
    }

    [Fact]
    public void Many_can_write_the_same_disk_cache_at_once()
    {
        var spec = Spec with { DiskCache = Path.Combine(_place.Path, "cache") };
        var opened = new List<string>[6];

        Parallel.For(0, opened.Length, new ParallelOptions { MaxDegreeOfParallelism = opened.Length }, i => opened[i] = Pictures(FolderDataset.Open(spec, 1, Size)));

        Assert.All(opened, pictures => Assert.Equal(Pictures(FolderDataset.Open(Spec, 1, Size)), pictures));
        Assert.EndsWith(".pictures", CacheFile());
    }

    [Fact]
    public void A_disk_cache_that_cannot_be_kept_is_told()
    {
        var file = _place.Write("file", "");

        Assert.StartsWith($"{file}/below: the cache of decoded pictures cannot be kept there: ", Assert.Throws<DataException>(() => FolderDataset.Open(Spec with { DiskCache = $"{file}/below" }, 1, Size)).Message);
    }

    string CacheFile() => Assert.Single(Directory.GetFiles(Path.Combine(_place.Path, "cache")));

    void Picture(string name, SKColor color)
    {
        using var bitmap = new SKBitmap(9, 7);
        bitmap.Erase(color);
        bitmap.SetPixel(2, 3, SKColors.Black);
        using var file = File.Create(_place.In(name));
        bitmap.Encode(file, SKEncodedImageFormat.Png, 100);
    }

    static byte[] Bytes(IImageSet images, int index)
    {
        var bytes = new byte[images.Shape.Count];
        images.Read(index, bytes);
        return bytes;
    }

    static List<string> Pictures(Dataset data) =>
        [.. new[] { data.Train, data.Validation }.SelectMany(set => Enumerable.Range(0, set.Count).Select(i => $"{set.Label(i)} {Convert.ToHexString(Bytes(set, i))}"))];

    static IEnumerable<IEnumerable<string>> Files(Dataset data) =>
        new[] { data.Train, data.Validation }.Cast<FolderImages>().Select(set => Enumerable.Range(0, set.Count).Select(set.File).ToList()).ToList();
}
