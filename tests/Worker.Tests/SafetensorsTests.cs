using System.Text.Json;
using Convoy.Shared.Artifacts;
using Convoy.Worker.Tests.Support;

namespace Convoy.Worker.Tests;

public sealed class SafetensorsTests
{
    // The format's rules (huggingface/safetensors, README "Format"), read by Python's standard library.
    const string Reader = """
        import json, struct, sys
        data = open(sys.argv[1], 'rb').read()
        n, = struct.unpack('<Q', data[:8])
        header = json.loads(data[8:8 + n])
        body = data[8 + n:]
        assert data[8:9] == b'{' and n % 8 == 0
        meta = header.pop('__metadata__')
        end = 0
        out = {}
        for name, t in sorted(header.items(), key=lambda item: item[1]['data_offsets']):
            begin, stop = t['data_offsets']
            assert begin == end and t['dtype'] == 'F32', name
            end = stop
            count = 1
            for d in t['shape']: count *= d
            assert stop - begin == 4 * count, name
            out[name] = [t['shape'], list(struct.unpack('<%df' % count, body[begin:stop]))]
        assert end == len(body)
        print(json.dumps([meta, out]))
        """;

    [Fact]
    public void A_file_is_what_Python_expects_of_the_format()
    {
        var path = Path.GetTempFileName();
        try
        {
            using (var file = File.Create(path))
                Safetensors.Write(file,
                    [
                        new("a.weight", "F32", [2, 3], stream => stream.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>([1f, 2, 3, 4, 5, -6.5f]))),
                        new("empty", "F32", [0], _ => { }),
                        new("b", "F32", [1], stream => stream.Write(BitConverter.GetBytes(0.25f))),
                    ],
                    new Dictionary<string, string> { ["format"] = "pt" });
            Assert.Equal("""[{"format": "pt"}, {"a.weight": [[2, 3], [1.0, 2.0, 3.0, 4.0, 5.0, -6.5]], "empty": [[0], []], "b": [[1], [0.25]]}]""", Python.Run(Reader, [], path).Trim());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage that is no header at all")]
    [InlineData("\u0010\0\0\0\0\0\0\0{\"a\":{\"dtype\":1}}")]
    [InlineData("\u000f\0\0\0\0\0\0\0{\"a\":{},\"a\":{}}")]
    [InlineData("\u0038\0\0\0\0\0\0\0{\"a\":{\"dtype\":\"U8\",\"shape\":[9],\"data_offsets\":[0,9]}}    ")]
    public void What_is_not_the_format_is_refused(string text) =>
        Assert.Throws<ArtifactException>(() => Safetensors.Read(new MemoryStream(System.Text.Encoding.Latin1.GetBytes(text))));

    [Fact]
    public void A_tensor_that_lies_outside_its_file_is_refused()
    {
        var header = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { ["a"] = new { dtype = "F32", shape = new[] { 1L << 40 }, data_offsets = new[] { 0L, 1L << 42 } } });
        Assert.Throws<ArtifactException>(() => Safetensors.Read(new MemoryStream([.. BitConverter.GetBytes((long)header.Length), .. header])));
    }
}
