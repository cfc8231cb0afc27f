using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;

namespace Convoy.Monitoring.Dashboard;

/// <summary>A file of the dashboard, part of the program.</summary>
/// <param name="Path">Under the root, without a leading <c>/</c>.</param>
/// <param name="Type">Its content type.</param>
sealed record DashboardAsset(string Path, string Type)
{
    const string Prefix = "dashboard/";

    static readonly Dictionary<string, string> Types = new()
    {
        [".css"] = "text/css; charset=utf-8",
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".mjs"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".txt"] = "text/plain; charset=utf-8",
    };

    readonly Lazy<(byte[] Plain, byte[] Gzip, string Tag)> _content = new(() => Read(Prefix + Path));

    /// <summary>All of them.</summary>
    public static IReadOnlyList<DashboardAsset> All { get; } =
        [.. Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => new DashboardAsset(name[Prefix.Length..], Types[System.IO.Path.GetExtension(name)]))];

    /// <summary>As it is.</summary>
    public byte[] Plain => _content.Value.Plain;
    /// <summary>Compressed.</summary>
    public byte[] Gzip => _content.Value.Gzip;
    /// <summary>An entity tag: the same only for the same content.</summary>
    public string Tag => _content.Value.Tag;
    /// <summary>Libraries have their version in their name.</summary>
    public bool IsImmutable => Path.StartsWith("lib/", StringComparison.Ordinal);

    static Assembly Assembly => typeof(DashboardAsset).Assembly;

    static (byte[], byte[], string) Read(string resource)
    {
        using var source = Assembly.GetManifestResourceStream(resource)!;
        using var plain = new MemoryStream();
        source.CopyTo(plain);
        using var gzip = new MemoryStream();
        using (var compress = new GZipStream(gzip, CompressionLevel.Optimal, leaveOpen: true)) compress.Write(plain.GetBuffer(), 0, (int)plain.Length);
        return (plain.ToArray(), gzip.ToArray(), Convert.ToHexStringLower(SHA256.HashData(plain.ToArray()))[..32]);
    }
}
