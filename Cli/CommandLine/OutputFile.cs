using Convoy.Shared.Artifacts;

namespace Convoy.Cli.CommandLine;

/// <summary>Files that a command makes for its user: whole or not at all.</summary>
static class OutputFile
{
    /// <summary>Writes a file.</summary>
    /// <exception cref="CliException">It cannot be written.</exception>
    public static void Write(string path, byte[] content)
    {
        try
        {
            AtomicFile.Write(path, file => file.Write(content));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw CliException.Failure($"{path}: cannot be written: {error.Message}", error);
        }
    }

    /// <summary>Writes a file into a folder, which is made where it is missing.</summary>
    /// <exception cref="CliException">It cannot be written.</exception>
    public static string Write(string folder, string name, byte[] content)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw CliException.Failure($"{folder}: cannot be made: {error.Message}", error);
        }
        var path = Path.Combine(folder, name);
        Write(path, content);
        return path;
    }
}
