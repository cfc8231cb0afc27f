using System.Security.Cryptography;
using Convoy.Shared.Data;
using Convoy.Shared.Data.Fetching;
using Convoy.Shared.Models.Backbones;

namespace Convoy.Shared.Tests.Data.Fetching;

public sealed class DownloadTests : IDisposable
{
    static readonly byte[] Content = Bytes(300_000, seed: 1);
    readonly string _folder = Directory.CreateTempSubdirectory("convoy-").FullName;
    readonly HttpClient _http = new();

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    string Target => Path.Combine(_folder, "set.gz");
    string Partial => Target + ".partial";

    [Fact]
    public async Task A_file_arrives_whole_under_its_name()
    {
        using var server = new FileServer { Content = Content };

        await FetchAsync(server);

        Assert.Equal(Content, File.ReadAllBytes(Target));
        Assert.Equal([Target], Directory.GetFiles(_folder));
        Assert.Equal(["GET /sets/set.gz"], server.Requests);
    }

    [Fact]
    public async Task A_file_that_is_there_is_checked_and_not_fetched_again()
    {
        File.WriteAllBytes(Target, Content);
        using var server = new FileServer { Content = Content };

        await FetchAsync(server);

        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Another_file_of_the_name_is_left_alone()
    {
        File.WriteAllText(Target, "mine");
        using var server = new FileServer { Content = Content };

        Assert.Contains("another file of this name is there", await ProblemAsync(server));
        Assert.Equal("mine", File.ReadAllText(Target));
    }

    [Fact]
    public async Task A_connection_that_breaks_is_taken_up_where_it_broke()
    {
        using var server = new FileServer { Content = Content, CutAfter = 100_000 };

        await FetchAsync(server);

        Assert.Equal(Content, File.ReadAllBytes(Target));
        Assert.Equal(["GET /sets/set.gz", "GET /sets/set.gz 100000-", "GET /sets/set.gz 200000-"], server.Requests);
    }

    [Fact]
    public async Task What_an_earlier_command_left_is_gone_on_with()
    {
        File.WriteAllBytes(Partial, Content[..123_456]);
        using var server = new FileServer { Content = Content };

        await FetchAsync(server);

        Assert.Equal(Content, File.ReadAllBytes(Target));
        Assert.Equal(["GET /sets/set.gz 123456-"], server.Requests);
    }

    [Fact]
    public async Task A_server_that_gives_nothing_more_leaves_what_came_for_the_next_time()
    {
        File.WriteAllBytes(Partial, Content[..1000]);
        using var server = new FileServer { Content = Content, CutAfter = 0 };

        Assert.EndsWith("the connection broke; what has come is kept, run the command again to go on", await ProblemAsync(server));

        Assert.Equal(Content[..1000], File.ReadAllBytes(Partial));
        Assert.False(File.Exists(Target));
    }

    [Fact]
    public async Task A_server_without_ranges_begins_anew()
    {
        File.WriteAllBytes(Partial, Content[..1000]);
        using var server = new FileServer { Content = Content, Ranges = false };

        await FetchAsync(server);

        Assert.Equal(Content, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task A_part_that_is_complete_is_only_checked()
    {
        File.WriteAllBytes(Partial, Content);
        using var server = new FileServer { Content = Content };

        await FetchAsync(server);

        Assert.Equal([Target], Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task A_file_with_another_checksum_is_thrown_away()
    {
        using var server = new FileServer { Content = Bytes(1000, seed: 2) };

        Assert.Contains($"gave another file (MD5 {Md5(server.Content)}, expected {Md5(Content)})", await ProblemAsync(server));

        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData("404 Not Found", "the server answers 404 Not Found")]
    [InlineData("503 Busy", "the server answers 503 Busy")]
    public async Task A_server_that_refuses_is_told(string status, string problem)
    {
        using var server = new FileServer { Content = Content, Status = status };

        Assert.Equal($"{server.Address}set.gz: {problem}", await ProblemAsync(server));

        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task The_next_mirror_is_asked_where_one_fails()
    {
        using var broken = new FileServer { Content = Content, Status = "404 Not Found" };
        using var server = new FileServer { Content = Content };

        await new Download(_http, null).FetchAsync(new PublicFile("set.gz", Md5(Content)), [broken.Address, server.Address], _folder, TestContext.Current.CancellationToken);

        Assert.Equal(Content, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task Progress_ends_with_all_bytes()
    {
        using var server = new FileServer { Content = Content };
        var told = new Collect();

        await new Download(_http, told).FetchAsync(new PublicFile("set.gz", Md5(Content)), [server.Address], _folder, TestContext.Current.CancellationToken);

        Assert.Equal(new DownloadProgress("set.gz", Content.Length, Content.Length), told.Last);
    }

    [Fact]
    public async Task A_file_without_a_published_checksum_is_taken_as_it_comes()
    {
        using var server = new FileServer { Content = Content };

        await new Download(_http, null).FetchAsync(new PublicFile("set.gz", null), [server.Address], _folder, TestContext.Current.CancellationToken);
        await new Download(_http, null).FetchAsync(new PublicFile("set.gz", null), [server.Address], _folder, TestContext.Current.CancellationToken);

        Assert.Equal(Content, File.ReadAllBytes(Target));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_file_that_lies_elsewhere_than_its_set_is_fetched_from_there()
    {
        using var server = new FileServer { Content = Content };
        using var other = new FileServer { Content = [] };

        await new Download(_http, null).FetchAsync(new PublicFile("set.gz", Md5(Content), [server.Address]), [other.Address], _folder, TestContext.Current.CancellationToken);

        Assert.Equal(Content, File.ReadAllBytes(Target));
        Assert.Empty(other.Requests);
    }

    [Fact]
    public void Another_mirror_is_asked_for_all_files_of_a_set()
    {
        var set = PublicDataset.All.Single(set => set.Name == "weights/vgg16").From(new Uri("https://mirror.example/"));

        Assert.Equal([new Uri("https://mirror.example/")], set.Mirrors);
        Assert.All(set.Files, file => Assert.Null(file.Mirrors));
    }

    [Fact]
    public void Every_public_data_set_has_four_files_with_checksums() => Assert.All(PublicDataset.All.Where(set => !IsWeights(set)), set =>
    {
        Assert.Equal(4, set.Files.Select(file => file.Md5).Distinct().Count());
        Assert.All(set.Files, file => Assert.Matches("^[0-9a-f]{32}$", file.Md5));
        Assert.All(set.Mirrors, mirror => Assert.EndsWith("/", mirror.AbsolutePath));
    });

    [Fact]
    public void Every_backbone_has_weights_with_and_without_classifier_and_class_names_beside_the_former()
    {
        var sets = PublicDataset.All.Where(IsWeights).ToDictionary(set => set.Name[PublicDataset.Weights.Length..]);

        Assert.All(Backbone.Names.Except(["resnet50_v1.5"]), name => // which is not Keras'
        {
            Assert.Equal(2, sets[name].Files.Count);
            Assert.Equal("imagenet_class_index.json", sets[name].Files[1].Name);
            Assert.Single(sets[name + PublicDataset.WithoutTop].Files);
        });
        Assert.All(sets.Values.SelectMany(set => set.Files), file => Assert.True(file.Md5 is { Length: 32 } || file.Name.StartsWith("mobilenet", StringComparison.Ordinal)));
        Assert.All(sets.Values.SelectMany(set => set.Mirrors.Concat(set.Files.SelectMany(file => file.Mirrors ?? []))), mirror => Assert.EndsWith("/", mirror.AbsolutePath));
    }

    static bool IsWeights(PublicDataset set) => set.Name.StartsWith(PublicDataset.Weights, StringComparison.Ordinal);

    Task FetchAsync(FileServer server) => new Download(_http, null).FetchAsync(new PublicFile("set.gz", Md5(Content)), [server.Address], _folder, TestContext.Current.CancellationToken);

    async Task<string> ProblemAsync(FileServer server) => (await Assert.ThrowsAsync<DataException>(() => FetchAsync(server))).Message;

    static string Md5(byte[] bytes) => Convert.ToHexStringLower(MD5.HashData(bytes));

    static byte[] Bytes(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    sealed class Collect : IProgress<DownloadProgress>
    {
        public DownloadProgress Last { get; private set; }
        public void Report(DownloadProgress value) => Last = value;
    }
}
