using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Convoy.Shared.Telemetry;

namespace Convoy.Shared.Tests.Telemetry;

/// <summary>What some of the program's instruments tell, on this test's threads and those that they start: others run at the same time.</summary>
sealed class Measurements : IDisposable
{
    static readonly AsyncLocal<Measurements?> Mine = new();

    readonly ConcurrentQueue<(string Instrument, double Value, object?[] Tags)> _told = new();
    readonly MeterListener _listener;

    public Measurements(params string[] instruments)
    {
        _listener = new() { InstrumentPublished = (instrument, meters) => { if (instrument.Meter.Name == Instruments.MeterName && instruments.Contains(instrument.Name)) meters.EnableMeasurementEvents(instrument); } };
        Mine.Value = this;
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Hear(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Hear(instrument, value, tags));
        _listener.Start();
    }

    void Hear(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (Mine.Value == this) _told.Enqueue((instrument.Name, value, [.. tags.ToArray().Select(tag => tag.Value)]));
    }

    /// <summary>Measurements of an instrument, those that have a tag of this value.</summary>
    public IReadOnlyList<double> Of(string instrument, object? tag = null) =>
        [.. _told.Where(told => told.Instrument == instrument && (tag is null || told.Tags.Contains(tag))).Select(told => told.Value)];

    /// <summary>What a counter came to.</summary>
    public long Sum(string instrument, object? tag = null) => (long)Of(instrument, tag).Sum();

    /// <summary>What a gauge tells now.</summary>
    public IReadOnlyList<double> Read(string gauge, object? tag = null)
    {
        _told.Clear();
        _listener.RecordObservableInstruments();
        return Of(gauge, tag);
    }

    public void Dispose()
    {
        _listener.Dispose();
        Mine.Value = null;
    }
}
