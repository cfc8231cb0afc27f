using Convoy.Augmentation.Datasets;
using Convoy.Shared.Models;
using Convoy.Shared.Specs;
using Convoy.Shared.Tests.Data;
using SkiaSharp;

namespace Convoy.Augmentation.Tests.Datasets;

/// <summary>What a folder of pictures holds, told apart from any other.</summary>
public sealed class DataContentsTests : IDisposable
{
    static readonly Shape Size = Shape.Image(6, 6, 3);
    readonly TemporaryFolder _place = new();

    public DataContentsTests()
    {
        foreach (var name in (string[])["cat", "dog"])
            for (var i = 0; i < 6; i++)
                Picture($"data/{name}/{i}.png", SKColor.FromHsv(20 * i, 80, 90));
    }

    public void Dispose() => _place.Dispose();

    DataSpec Spec => new() { Kind = DataKind.Folder, Path = Path.Combine(_place.Path, "data") };

    string Digest => FolderDataset.Open(Spec, 1, Size).Contents.Digest;

    [Fact]
    public void The_same_files_elsewhere_have_the_same_digest()
    {
        var here = Digest;
        Directory.Move(Path.Combine(_place.Path, "data"), Path.Combine(_place.Path, "elsewhere"));
        Assert.Equal(here, FolderDataset.Open(Spec with { Path = Path.Combine(_place.Path, "elsewhere") }, 1, Size).Contents.Digest);
    }

    [Fact]
    public void A_file_changed_added_gone_or_renamed_makes_another_digest()
    {
        List<string> digests = [Digest];
        Picture("data/cat/3.png", SKColors.White);
        digests.Add(Digest);
        Picture("data/cat/9.png", SKColors.Red);
        digests.Add(Digest);
        File.Move(At("data/cat/9.png"), At("data/cat/8.png"));
        digests.Add(Digest);
        File.Delete(At("data/dog/5.png"));
        digests.Add(Digest);
        Picture("data/cow/0.png", SKColors.Green);
        digests.Add(Digest);
        Assert.Equal(digests.Count, digests.Distinct().Count());
    }

    [Fact]
    public void A_picture_that_is_damaged_counts_as_gone()
    {
        var whole = FolderDataset.Open(Spec, 1, Size).Contents;
        File.WriteAllBytes(At("data/dog/5.png"), File.ReadAllBytes(At("data/dog/5.png"))[..60]);
        var damaged = FolderDataset.Open(Spec, 1, Size).Contents;
        Assert.NotEqual(whole.Digest, damaged.Digest);
        Assert.Equal(["dog/5.png"], whole.Files.Except(damaged.Files).Select(file => file.Name));
    }

    [Fact]
    public void Which_sample_is_held_out_counts_too() =>
        Assert.NotEqual(Digest, FolderDataset.Open(Spec, 2, Size).Contents.Digest);

    [Fact]
    public void The_disk_cache_knows_the_digest_without_the_pictures()
    {
        var spec = Spec with { DiskCache = Path.Combine(_place.Path, "cache") };
        var (memory, first) = (Digest, FolderDataset.Open(spec, 1, Size).Contents);
        var (written, file) = (File.GetLastWriteTimeUtc(At("data/cat/0.png")), At("data/cat/0.png"));
        File.WriteAllBytes(file, new byte[new FileInfo(file).Length]); // what is not read cannot be missed
        File.SetLastWriteTimeUtc(file, written);
        var second = FolderDataset.Open(spec, 1, Size).Contents;
        Assert.Equal((memory, memory), (first.Digest, second.Digest));
        Assert.Equal(first.Files, second.Files);
    }

    [Fact]
    public void A_data_set_that_is_open_is_opened_anew_where_its_files_have_changed()
    {
        var first = DatasetCache.Open(Spec, 1, Size);
        Assert.Same(first, DatasetCache.Open(Spec, 1, Size));
        Picture("data/cat/9.png", SKColors.Red);
        var second = DatasetCache.Open(Spec, 1, Size);
        Assert.NotEqual(first.Contents.Digest, second.Contents.Digest);
        GC.KeepAlive(first);
    }

    string At(string name) => Path.Combine(_place.Path, name);

    void Picture(string name, SKColor color)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        using var bitmap = new SKBitmap(8, 8);
        bitmap.Erase(color);
        using var file = File.Create(At(name));
        bitmap.Encode(file, SKEncodedImageFormat.Png, 100);
    }
}
