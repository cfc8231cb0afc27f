using System.Globalization;
using Convoy.Bench;
using Convoy.Shared.Specs;
using Convoy.Worker.Devices;
using Convoy.Worker.Native;

// bench bare|convoy mnist|cats-dogs|BACKBONE [key=value ...]: one measurement, milliseconds a step on standard output; a backbone's base with frozen=1, on a GPU with device=cuda.
//   bench decode FOLDER side=N rounds=K files=N: a row of the table of bench/decoding.sh.
//   bench ring allreduce rank=R size=N ports=P,P,... length=NUMBERS rounds=K: one rank of an all-reduce among processes.
//   bench masking MODEL data=FOLDER count=PICTURES: what masking does to predictions.
//   bench augment convoy|warp count=PICTURES passes=K: pictures a second.
//   bench telemetry step count=STEPS: microseconds a step of telemetry, as the environment has it (OTEL_...).
//   bench telemetry training pairs=N steps=K settle=S count=S: milliseconds a step, elapsed and of processors, without that telemetry, with it, and the differences in percent.
var options = args.Skip(2).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
int Int(string key, int otherwise) => options.TryGetValue(key, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
var (kind, net) = (args[0], args[1]);
if (kind == "ring")
{
    Console.WriteLine(Ring.Run(Int("rank", 0), options["ports"], Int("length", 1), Int("rounds", 30)).ToString("F3", CultureInfo.InvariantCulture));
    return;
}
if (kind == "telemetry" && net == "step")
{
    using var telemetry = Telemetry.Start();
    Console.WriteLine(Telemetry.MicrosecondsAStep(Int("count", 100_000)).ToString("F3", CultureInfo.InvariantCulture));
    return;
}
if (kind == "augment")
{
    var (count, passes) = (Int("count", 2000), Int("passes", 3));
    Console.WriteLine((net == "warp" ? Augment.Warp(count, passes) : Augment.Convoy(count, passes)).ToString("F0", CultureInfo.InvariantCulture));
    return;
}
if (kind == "decode")
{
    Console.WriteLine(Decoding.Row(net, Int("side", 150), Int("rounds", 7), Int("files", 300)));
    return;
}
if (kind == "masking")
{
    var (whole, hottest, random) = Masking.Run(net, options["data"], Int("count", 200));
    Console.WriteLine(FormattableString.Invariant($"untouched {whole:F4}  hottest fifth masked {hottest:F4}  random fifth masked {random:F4}"));
    return;
}
if (options.GetValueOrDefault("allocator") != "system") Allocator.Tune();
LibTorch.Load();
if (kind == "telemetry")
{
    using var cost = new TelemetryCost(Int("pairs", 12), Int("steps", 100), TimeSpan.FromSeconds(Int("settle", 22)), TimeSpan.FromSeconds(Int("count", 60)));
    var (without, with, percent) = cost.Run();
    Console.WriteLine(FormattableString.Invariant($"{without.Elapsed:F3} {without.Computing:F3} {with.Elapsed:F3} {with.Computing:F3} {percent.Elapsed:F2} {percent.Computing:F2}"));
    return;
}
var batch = Int("batch", Nets.Batch(net));
var (steps, warmup, threads) = (Int("steps", 60), Int("warmup", 10), Int("threads", 1));
var milliseconds = kind == "bare"
    ? Loops.Bare(net, batch, steps, warmup, threads, options.GetValueOrDefault("layout") == "channels_last")
    : Loops.Convoy(net, batch, steps, warmup, Int("replicas", 1), threads, Enum.Parse<Precision>(options.GetValueOrDefault("precision", "Float32"), ignoreCase: true), Int("frozen", 0) == 1, ComputeDevices.Find(options.GetValueOrDefault("device", "cpu")));
Console.WriteLine(milliseconds.ToString("F3", CultureInfo.InvariantCulture));
