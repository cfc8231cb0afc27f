using Convoy.Shared.Artifacts;
using Convoy.Shared.Tests.Data;

namespace Convoy.Shared.Tests.Artifacts;

public sealed class AtomicFileTests : IDisposable
{
    readonly TemporaryFolder _place = new();

    public void Dispose() => _place.Dispose();

    IEnumerable<string?> Names => Directory.EnumerateFileSystemEntries(_place.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal);

    [Fact]
    public void Writers_of_one_file_do_not_disturb_each_other()
    {
        var path = _place.In("a.txt");
        AtomicFile.Write(path, outer =>
        {
            outer.Write("outer"u8);
            AtomicFile.WriteText(path, "inner");
            Assert.Equal("inner", File.ReadAllText(path));
        });
        Assert.Equal("outer", File.ReadAllText(path));
        Assert.Equal(["a.txt"], Names);
    }

    [Fact]
    public void Nothing_is_left_where_the_place_is_a_folder_or_the_content_fails()
    {
        Directory.CreateDirectory(_place.In("folder"));
        Assert.ThrowsAny<Exception>(() => AtomicFile.WriteText(_place.In("folder"), "text"));
        Assert.ThrowsAny<Exception>(() => AtomicFile.WritePrivate(_place.In("folder"), "text"));
        Assert.Throws<InvalidDataException>(() => AtomicFile.Write(_place.In("a.txt"), _ => throw new InvalidDataException()));
        Assert.Throws<ArtifactException>(() => new FileArtifactStore(_place.Path).Write("folder", file => file.Write("text"u8)));
        Assert.DoesNotContain(Names, name => name!.EndsWith(".partial", StringComparison.Ordinal));
    }

    [Fact]
    public void What_a_killed_writer_left_is_gone_with_the_next_one_and_a_broken_off_download_stays()
    {
        _place.Write("a.0123456789ab.partial", "half");
        _place.Write("a.gz.partial", "half");
        _place.Write("a.partial", "half");
        AtomicFile.WriteText(_place.In("a"), "whole");
        Assert.Equal(["a", "a.gz.partial", "a.partial"], Names);
    }
}
