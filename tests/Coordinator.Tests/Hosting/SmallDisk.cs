using System.Diagnostics;

namespace Convoy.Coordinator.Tests.Hosting;

/// <summary>A file system of a few megabytes, in memory, which can be filled to its last byte and made read-only.</summary>
sealed class SmallDisk : IDisposable
{
    readonly DirectoryInfo _folder = System.IO.Directory.CreateTempSubdirectory("convoy-disk-");

    SmallDisk()
    {
    }

    /// <summary>Where it is mounted.</summary>
    public string Folder => _folder.FullName;

    /// <summary>Skips the running test where this user may not mount.</summary>
    public static SmallDisk Mount(int megabytes = 8)
    {
        var disk = new SmallDisk();
        if (Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", disk.Folder)) return disk;
        disk._folder.Delete();
        Assert.Skip("needs to mount a small disk, as root may");
        throw new UnreachableException();
    }

    /// <summary>Nothing more goes on it, not even a byte.</summary>
    public void Fill()
    {
        using var file = File.Create(Path.Combine(Folder, "full"));
        try
        {
            for (var chunk = new byte[4096]; ;) file.Write(chunk);
        }
        catch (IOException)
        {
            // It is full.
        }
    }

    /// <summary>There is room again.</summary>
    public void MakeRoom() => File.Delete(Path.Combine(Folder, "full"));

    public void Dispose()
    {
        Run("umount", "-l", Folder);
        _folder.Delete();
    }

    static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
