using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Convoy.Shared.Artifacts;

/// <summary>The safetensors format (huggingface/safetensors): 8 bytes of header length, a JSON header, raw little-endian numbers.</summary>
public sealed class Safetensors
{
    const int MaxHeader = 100_000_000;
    readonly byte[] _data;

    Safetensors(IReadOnlyDictionary<string, Entry> entries, IReadOnlyDictionary<string, string> metadata, byte[] data) =>
        (Entries, Metadata, _data) = (entries, metadata, data);

    /// <summary>One tensor of a file: type as the format spells it (<c>F32</c>), shape, and where its bytes lie.</summary>
    public sealed record Entry(string DType, IReadOnlyList<long> Shape, long Start, long End);

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, Entry> Entries { get; }

    /// <summary>The header's <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>A tensor's raw bytes.</summary>
    public ReadOnlySpan<byte> Bytes(string name)
    {
        var entry = Entries.TryGetValue(name, out var found) ? found : throw new ArtifactException($"no tensor '{name}'; there are: {string.Join(", ", Entries.Keys)}");
        return _data.AsSpan((int)entry.Start, (int)(entry.End - entry.Start));
    }

    /// <summary>Reads a whole file; <see cref="ArtifactException"/> where it is none or is cut short.</summary>
    public static Safetensors Read(Stream file)
    {
        Span<byte> prefix = stackalloc byte[8];
        if (file.ReadAtLeast(prefix, 8, throwOnEndOfStream: false) < 8) throw new ArtifactException("not a safetensors file: shorter than its header");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length is 0 or > MaxHeader || file.CanSeek && (long)length > file.Length - 8) throw new ArtifactException($"not a safetensors file: a header of {length} bytes");
        var header = new byte[length];
        if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length) throw new ArtifactException("safetensors header is cut short");
        var (entries, metadata) = ParseHeader(header);
        var end = entries.Values.Select(entry => entry.End).DefaultIfEmpty(0).Max();
        if (file.CanSeek && end > file.Length - file.Position) throw new ArtifactException("safetensors data is cut short");
        var data = new byte[end];
        if (file.ReadAtLeast(data, data.Length, throwOnEndOfStream: false) < data.Length) throw new ArtifactException("safetensors data is cut short");
        return new Safetensors(entries, metadata, data);
    }

    static (Dictionary<string, Entry>, Dictionary<string, string>) ParseHeader(byte[] header)
    {
        try
        {
            var root = JsonNode.Parse(header)!.AsObject();
            var metadata = root["__metadata__"]?.AsObject().ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<string>()) ?? [];
            var entries = root.Where(pair => pair.Key != "__metadata__").ToDictionary(pair => pair.Key, pair => ParseEntry(pair.Key, pair.Value!));
            return (entries, metadata);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or NullReferenceException or FormatException or ArgumentException)
        {
            throw new ArtifactException("not a safetensors file: its header is not the JSON expected", error);
        }
    }

    static Entry ParseEntry(string name, JsonNode node)
    {
        var offsets = node["data_offsets"]!.AsArray();
        var entry = new Entry(node["dtype"]!.GetValue<string>(), [.. node["shape"]!.AsArray().Select(dim => dim!.GetValue<long>())], offsets[0]!.GetValue<long>(), offsets[1]!.GetValue<long>());
        var fits = entry.Start >= 0 && entry.End >= entry.Start && entry.End <= int.MaxValue
            && entry.Shape.Aggregate(SizeOf(entry.DType), (product, dim) => product * dim) == entry.End - entry.Start;
        return fits ? entry : throw new ArtifactException($"safetensors: tensor '{name}' does not fit its place");
    }

    static long SizeOf(string dtype) => dtype switch
    {
        "F64" or "I64" or "U64" => 8,
        "F32" or "I32" or "U32" => 4,
        "F16" or "BF16" or "I16" or "U16" => 2,
        "I8" or "U8" or "BOOL" => 1,
        _ => throw new ArtifactException($"safetensors: unknown type {dtype}"),
    };

    /// <summary>A tensor to write: its type, shape and a way to its bytes.</summary>
    public sealed record Source(string Name, string DType, IReadOnlyList<long> Shape, Action<Stream> Write)
    {
        /// <summary>Number of bytes.</summary>
        public long Bytes => Shape.Aggregate(SizeOf(DType), (product, dim) => product * dim);
    }

    /// <summary>Writes tensors one after another, the header padded with spaces to a multiple of 8 as the format advises.</summary>
    public static void Write(Stream file, IReadOnlyList<Source> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var root = new JsonObject { ["__metadata__"] = new JsonObject(metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))) };
        long offset = 0;
        foreach (var tensor in tensors)
        {
            root[tensor.Name] = new JsonObject
            {
                ["dtype"] = tensor.DType,
                ["shape"] = new JsonArray([.. tensor.Shape.Select(dim => (JsonNode?)dim)]),
                ["data_offsets"] = new JsonArray(offset, offset + tensor.Bytes),
            };
            offset += tensor.Bytes;
        }
        var header = JsonSerializer.SerializeToUtf8Bytes(root);
        var padded = (header.Length + 7) / 8 * 8;
        Span<byte> prefix = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)padded);
        file.Write(prefix);
        file.Write(header);
        for (var i = header.Length; i < padded; i++) file.WriteByte((byte)' ');
        foreach (var tensor in tensors) tensor.Write(file);
    }
}
