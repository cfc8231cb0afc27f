using System.Text;
using Convoy.Shared.Specs.Reading;
using Convoy.Shared.Specs.Sweeps;

namespace Convoy.Shared.Specs;

/// <summary>Finds specs by what a user calls them.</summary>
public static class SpecSource
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The spec of a preset, or else of a file.</summary>
    /// <param name="presetOrPath">A preset's name, or a YAML file's path.</param>
    /// <param name="overrides"><c>optimizer.lr=0.001</c> each, as given to <c>--set</c>.</param>
    /// <exception cref="SpecException">There is neither, or the spec does not hold together.</exception>
    public static TrainingSpec Load(string presetOrPath, IReadOnlyList<string>? overrides = null)
    {
        var (yaml, fileName) = Text(presetOrPath, Presets.Texts);
        return SpecReader.Read(yaml, fileName, overrides);
    }

    /// <summary>The sweep of a preset, or else of a file; its base may be a preset's name, or a file beside it.</summary>
    /// <param name="presetOrPath">A preset's name, or a YAML file's path.</param>
    /// <param name="overrides"><c>budget.trials=4</c> each, as given to <c>--set</c>; what is no field of a sweep is a field of its base.</param>
    /// <exception cref="SpecException">There is neither, or the sweep does not hold together.</exception>
    public static SweepSpec LoadSweep(string presetOrPath, IReadOnlyList<string>? overrides = null)
    {
        var (yaml, fileName) = Text(presetOrPath, SweepPresets.Texts);
        return SweepReader.Read(yaml, fileName, overrides ?? [], name => Base(name, Path.GetDirectoryName(fileName) ?? ""));
    }

    /// <summary>Whether a preset, or else a file, is a sweep: whether it has a space.</summary>
    /// <exception cref="SpecException">It is no YAML.</exception>
    public static bool IsSweep(string presetOrPath)
    {
        if (Presets.Names.Contains(presetOrPath) || !SweepPresets.Names.Contains(presetOrPath) && !File.Exists(presetOrPath)) return false;
        var (yaml, fileName) = Text(presetOrPath, SweepPresets.Texts);
        return SweepReader.IsSweep(yaml, fileName);
    }

    private static YamlValue Base(string name, string folder)
    {
        var (yaml, fileName) = Text(Presets.Names.Contains(name) ? name : Path.Combine(folder, name), Presets.Texts);
        return RecordReader.Tree(yaml, fileName, []);
    }

    private static (string Yaml, string FileName) Text(string presetOrPath, PresetTexts presets) =>
        presets.TryGet(presetOrPath, out var yaml) ? (yaml, $"{presetOrPath}.yaml") : (FileText(presetOrPath, presets), presetOrPath);

    private static string FileText(string path, PresetTexts presets)
    {
        if (Directory.Exists(path))
            throw new SpecException($"{path}: a folder; expected a preset's name or a YAML file");
        if (!File.Exists(path))
            throw new SpecException($"{path}: neither a preset nor a file{Nearest.Hint(path, presets.Names)} ('convoy presets' lists the presets)");
        try
        {
            // A character takes at most 4 bytes: anything longer is refused before it is read.
            var length = new FileInfo(path).Length;
            return length <= 4L * YamlTreeReader.MaxLength
                ? Utf8.GetString(File.ReadAllBytes(path)).TrimStart('\uFEFF')
                : throw new SpecException($"{path}: {length} bytes; too large for a spec");
        }
        catch (DecoderFallbackException)
        {
            throw new SpecException($"{path}: not UTF-8 text; expected a YAML file");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SpecException($"{path}: cannot be read: {exception.Message}");
        }
    }
}
