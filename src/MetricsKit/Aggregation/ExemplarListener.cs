using System.Diagnostics.Metrics;

namespace MetricsKit;

/// <summary>Keeps the exemplars of the kit's own counters and histograms, as a listener of the ordinary instruments behind them.</summary>
/// <remarks>
/// While exemplars are off nobody makes this, and recording costs what it costs without: whether anybody listens is asked anyway. It is never started: it hears the
/// instruments that it is given and no others. Metrics met while recording samples have none, since they are measured on the recorder's thread, behind every activity.
/// </remarks>
sealed class ExemplarListener : IDisposable
{
    readonly MeterListener _listener = new();
    readonly ExemplarSampler _sampler;

    public ExemplarListener(ExemplarSampler sampler)
    {
        _sampler = sampler;
        _listener.SetMeasurementEventCallback<long>((_, value, tags, on) => Take((Instrument)on!, value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, on) => Take((Instrument)on!, value, tags));
    }

    /// <summary>Begins to listen to an instrument.</summary>
    internal void Attach(Instrument on, System.Diagnostics.Metrics.Instrument inner) => _listener.EnableMeasurementEvents(inner, on);

    public void Dispose() => _listener.Dispose();

    void Take(Instrument on, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (ExemplarSampler.Current is not { } activity) return;
        // The tags come sanitised and in the order of the keys, without those that are empty.
        TagValues values = default;
        var keys = on.Definition.TagKeys;
        int given = 0;
        for (int k = 0; k < keys.Length; k++)
            values[k] = given < tags.Length && tags[given].Key == keys[k].Name ? (string)tags[given++].Value! : "";
        if (on.Seek(((ReadOnlySpan<string>)values)[..keys.Length]) is { Block: { } block } place) _sampler.Offer(activity, on, block.Labels, place.At, value);
    }
}
