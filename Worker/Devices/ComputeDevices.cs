using Convoy.Shared.Telemetry;
using Convoy.Worker.Native;
using TorchSharp;

namespace Convoy.Worker.Devices;

/// <summary>What the replicas of a worker compute on: this machine's processors, or its NVIDIA GPUs through CUDA.</summary>
public sealed class ComputeDevices
{
    /// <summary>GPUs where there are any that this libtorch can use, else the processors.</summary>
    public const string Auto = "auto";

    readonly DeviceType _type;
    readonly int[] _numbers; // of GPUs

    ComputeDevices(DeviceType type, int[] numbers) => (_type, _numbers) = (type, numbers);

    /// <summary>The processors.</summary>
    public static ComputeDevices Cpu { get; } = new(DeviceType.CPU, []);

    /// <summary>Finds what <paramref name="wanted"/> names: <c>auto</c>, <c>cpu</c>, <c>cuda</c> (all GPUs) or <c>cuda:1</c> (one). Loads libtorch where it has to ask it.</summary>
    /// <exception cref="LibTorchException">It is not there.</exception>
    public static ComputeDevices Find(string wanted)
    {
        if (wanted == "cpu" || wanted == Auto && !LibTorch.HasCuda) return Cpu;
        LibTorch.Load();
        return Of(wanted, LibTorch.CudaDevices, LibTorch.WhyNoCuda);
    }

    /// <summary>The same, for a machine with so many GPUs.</summary>
    internal static ComputeDevices Of(string wanted, int gpus, string whyNone) => wanted switch
    {
        "cpu" => Cpu,
        Auto when gpus == 0 => Cpu,
        Auto or "cuda" when gpus > 0 => new(DeviceType.CUDA, [.. Enumerable.Range(0, gpus)]),
        "cuda" => throw new LibTorchException($"no GPU can be used: {whyNone}"),
        _ => NumberOf(wanted) is not { } number ? throw new LibTorchException($"'{wanted}' is no device; there are auto, cpu, cuda and cuda:N")
            : number < gpus ? new(DeviceType.CUDA, [number])
            : throw new LibTorchException(gpus == 0 ? $"no GPU can be used: {whyNone}" : $"there is no {wanted}; this machine has cuda:0{(gpus > 1 ? $" to cuda:{gpus - 1}" : "")}"),
    };

    /// <summary>Whether a text has the form of a device.</summary>
    public static bool IsDevice(string text) => text is Auto or "cpu" or "cuda" || NumberOf(text) is not null;

    static int? NumberOf(string text) => text.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(text["cuda:".Length..], System.Globalization.NumberStyles.None, null, out var number) ? number : null;

    /// <summary><c>cpu</c> or <c>cuda</c>.</summary>
    public string Kind => _type == DeviceType.CUDA ? "cuda" : "cpu";

    /// <summary>What <see cref="Find"/> takes for one device alone.</summary>
    public string NameOf(int device) => _numbers.Length == 0 ? Kind : $"{Kind}:{_numbers[device % _numbers.Length]}";

    /// <summary>How many replicas have a device of their own; processors are shared.</summary>
    public int Count => Math.Max(1, _numbers.Length);

    /// <summary>How many replicas of a world of <paramref name="least"/> to <paramref name="most"/> compute here where nobody says: one a GPU; processors are shared by as many as there may be.</summary>
    public int ReplicasOf(int least, int most) => _numbers.Length == 0 ? most : Math.Clamp(_numbers.Length, least, most);

    /// <summary>How much memory is in use now, of the host and of every GPU here.</summary>
    public IEnumerable<DeviceFigures> Memory =>
        [new("cpu", Environment.WorkingSet), .. _numbers.SelectMany(gpu => GpuMemory.Of(gpu) is { } memory ? new[] { new DeviceFigures($"{Kind}:{gpu}", memory.Used, memory.Total) } : [])];

    /// <summary>Where a replica's tensors lie, by the number of its device; there may be more replicas than devices.</summary>
    public Placement this[int device] => _numbers.Length == 0 ? Placement.Cpu : Placement.Of(new torch.Device(_type, _numbers[device % _numbers.Length]));
}
