using System.Text;
using Convoy.Shared.Specs;

namespace Convoy.Shared.Tests.Specs;

public sealed class SpecFuzzTests
{
    private static readonly string[] Pieces =
        [.. Presets.Names.Select(name => Presets.TryGet(name, out var yaml) ? yaml : ""), "- ", ": ", "? ", "[", "]", "{", "}", ", ", "\n", "  ", "|", ">", "|-2", "&a ", "*a", "!t ", "!<", "%YAML 9.9\n",
         "---\n", "...\n", "#", "'", "\"", "\\x", "\\ud800", "\t", "<<", "conv2d", "model", "layers", "1e", "-", "~", "\u0085", "\u2028", "\uFEFF", "\uD800", "😀"];

    [Fact]
    public void Random_bytes_end_in_one_kind_of_error()
    {
        var random = new Random(1);
        AllRefused(3000, () =>
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            return random.Next(2) == 0 ? Encoding.Latin1.GetString(bytes) : string.Concat(bytes.Select(b => (char)(b % 96 + 32)));
        });
    }

    [Fact]
    public void Pieces_of_YAML_end_in_one_kind_of_error()
    {
        var random = new Random(2);
        AllRefused(5000, () => string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => Pieces[random.Next(Presets.Names.Count, Pieces.Length)])));
    }

    [Fact]
    public void Damaged_presets_are_read_or_refused()
    {
        var random = new Random(3);
        var read = 0;
        for (var i = 0; i < 5000; i++)
        {
            var text = new StringBuilder(Pieces[random.Next(Presets.Names.Count)]);
            for (var edits = random.Next(1, 4); edits > 0; edits--)
            {
                var at = random.Next(text.Length - 4);
                text.Remove(at, random.Next(4)).Insert(at, Pieces[random.Next(Presets.Names.Count, Pieces.Length)]);
            }
            read += IsRead(text.ToString(), []) ? 1 : 0;
        }
        Assert.InRange(read, 1, 4999);
    }

    [Fact]
    public void Random_settings_are_taken_or_refused()
    {
        var random = new Random(4);
        string[] parts = ["model", ".", "layers", "[0]", "[1]", "[99999]", "=", "filters", "conv2d", "activation", "{", "}", "[", "]", "relu", "1", "name", "data", "", " "];
        var read = 0;
        for (var i = 0; i < 5000; i++)
            read += IsRead(Pieces[Presets.Names.ToList().IndexOf("digits")], [string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => parts[random.Next(parts.Length)]))]) ? 1 : 0;
        Assert.InRange(read, 0, 4999);
    }

    private static void AllRefused(int count, Func<string> next)
    {
        for (var i = 0; i < count; i++)
            Assert.False(IsRead(next(), []));
    }

    /// <summary>Whether the spec was read; anything but a <see cref="SpecException"/> of printable lines fails the test.</summary>
    private static bool IsRead(string yaml, string[] overrides)
    {
        try
        {
            SpecReader.Read(yaml, "fuzz.yaml", overrides);
            return true;
        }
        catch (SpecException exception)
        {
            Assert.All(exception.Problems, problem => Assert.DoesNotContain(problem, char.IsControl));
            return false;
        }
    }
}
