using SkiaSharp;

namespace Convoy.Cli.Tests.Support;

/// <summary>Folders of plain pictures: cats are reddish, dogs bluish.</summary>
static class PictureFolder
{
    public static void Write(string folder, int perClass, params string[] classes)
    {
        foreach (var (label, name) in classes.Index())
            for (var i = 0; i < perClass; i++)
                WritePicture(Path.Combine(folder, name, $"{i}.jpg"), SKColor.FromHsv(label * 300f / classes.Length + i % 10, 80, 90));
    }

    public static void WritePicture(string path, SKColor color)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var bitmap = new SKBitmap(20, 16);
        bitmap.Erase(color);
        using var file = File.Create(path);
        bitmap.Encode(file, SKEncodedImageFormat.Jpeg, 95);
    }
}
