using Convoy.Augmentation.Datasets;
using Convoy.Shared.Data;

namespace Convoy.Cli.Models;

/// <summary>What samples are called on pictures and in tables.</summary>
static class SampleNames
{
    /// <summary>The file's name where samples are files, otherwise the number.</summary>
    public static string Of(IImageSet images, int sample) => images is FolderImages files ? Path.GetFileName(files.File(sample)) : $"sample {sample}";
}
