using System.Diagnostics.Metrics;

namespace MetricsKit;

/// <summary>One observable instrument that somebody else made: a listener of its own, which is never started, reads it and nothing else.</summary>
/// <remarks>
/// So a callback that throws or hangs harms nobody but itself. The monitor calls it on a thread of the kit's, with none of the kit's locks held;
/// what it reports is kept until it returns, and shown then at once, or dropped when the call was given up.
/// The k-th measurement of a round mostly has the tags of the k-th of the round before: those are compared, and only others are resolved.
/// </remarks>
sealed class ForeignObservable : ObservationRound, ICollector, IDisposable
{
    readonly System.Diagnostics.Metrics.Instrument _source;
    readonly ForeignObservations _on;
    readonly CollectorMonitor _monitor;
    readonly CollectorState _state;
    readonly MeterListener _listener = new();
    readonly KeyValuePair<string, object?>[] _ownTags;

    // Of the thread that calls: what was reported so far, and what was resolved before.
    readonly List<Known> _known = [];
    List<Observation> _seen = [];
    double _folded;
    int _turn, _generation;

    internal ForeignObservable(System.Diagnostics.Metrics.Instrument source, ForeignObservations on, CollectorMonitor monitor)
    {
        _source = source;
        _on = on;
        _monitor = monitor;
        _ownTags = [.. source.Meter.Tags ?? [], .. source.Tags ?? []];
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, state) => ((ForeignObservable)state!).Note(value, tags));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, state) => ((ForeignObservable)state!).Note(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => ((ForeignObservable)state!).Note(value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => ((ForeignObservable)state!).Note(value, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, state) => ((ForeignObservable)state!).Note(value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => ((ForeignObservable)state!).Note(value, tags));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, state) => ((ForeignObservable)state!).Note((double)value, tags));
        on.Add(this);
        _state = monitor.Add(this, this, source.Name, source.Meter.Name);
    }

    /// <summary>What is shown of this source, in the order in which it was reported; guarded by <see cref="ForeignObservations"/>.</summary>
    internal List<Observation> Shown { get; set; } = [];

    /// <summary>What is shown of this source's measurements that found no room (I8), NaN when there are none; guarded likewise.</summary>
    internal double ShownFolded { get; set; } = double.NaN;

    /// <summary>Begins to read. Apart, since .NET takes a lock of its own, under which nobody shall wait for one of the kit's.</summary>
    internal void Open() => _listener.EnableMeasurementEvents(_source, this);

    /// <summary>Calls the callback; a thing of the monitor's.</summary>
    public void Collect() => _listener.RecordObservableInstruments();

    /// <summary>The instrument has gone. A call that runs is not waited for.</summary>
    public void Dispose()
    {
        _monitor.Remove(_state);
        _on.Remove(this);
        _listener.Dispose();
    }

    private protected override void Begin()
    {
        _seen.Clear();
        _folded = double.NaN;
        _turn = 0;
        if (_generation == _on.Generation) return;
        _generation = _on.Generation;
        _known.Clear();
    }

    private protected override void Show()
    {
        var before = Shown;
        _on.Show(this, _seen, _folded, _generation);
        _seen = before;
    }

    private protected override void Hide() => _on.Hide(this);

    void Note(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        int turn = _turn++;
        if (IsAbandoned) return;
        if (!double.IsFinite(value)) _on.Count(LedgerEntry.NotFinite); // I9
        else if (_on.OnlyGrows && value < 0) _on.Count(LedgerEntry.Negative); // I9
        else if (Find(turn, tags, out bool folded) is not { Block: not null } place) _on.Count(LedgerEntry.PastLimit);
        else if (folded) _folded = double.IsNaN(_folded) ? value : _folded + value;
        else _seen.Add(new(place, value));
    }

    SeriesPlace Find(int turn, ReadOnlySpan<KeyValuePair<string, object?>> tags, out bool folded)
    {
        folded = false;
        if (turn < _known.Count && _known[turn] is { Tags: not null } known && TagListCache.Same(known.Tags, tags)) return known.Place;
        var place = _on.Instrument.Resolve(_ownTags, tags, out folded);
        if (folded || place.Block is null || turn >= _on.Instrument.Table!.MaxSeries || !TagListCache.CanKeep(tags)) return place;
        while (_known.Count <= turn) _known.Add(default);
        _known[turn] = new(tags.ToArray(), place);
        return place;
    }

    readonly record struct Known(KeyValuePair<string, object?>[]? Tags, SeriesPlace Place);
}

/// <summary>One value of one series, as a call reported it.</summary>
readonly record struct Observation(SeriesPlace Place, double Value);
