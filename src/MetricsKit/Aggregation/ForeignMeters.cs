using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace MetricsKit;

/// <summary>Listens to the selected meters of the process that are not the kit's own, and keeps their series beside the kit's.</summary>
/// <remarks>
/// A listener is process-wide: an instrument is taken only if its meter belongs to nobody or to this host, and it is not one of the host's own.
/// Instruments of one identity, which two meters of one name have, feed the same series. When the last of them has gone, its series are shown once more and
/// then let go of.
/// </remarks>
sealed class ForeignMeters(InstrumentRegistry registry, IMeterFactory? scope, MeterSelection selection, CollectorMonitor monitor, Func<MeterDefinition, InstrumentDefinition, InstrumentSettings> settings, ExemplarSampler? exemplars = null) : IDisposable
{
    readonly Lock _lock = new();

    // Guarded by the lock, which is not held while foreign code runs.
    readonly Dictionary<System.Diagnostics.Metrics.Instrument, ForeignSubscription> _subscriptions = new(ReferenceEqualityComparer.Instance);
    readonly Dictionary<ForeignIdentity, ForeignInstrument> _instruments = [];
    readonly List<ForeignInstrument> _leaving = []; // the first to leave is let go of first
    int _leavingSeries;
    MeterListener? _listener;
    bool _disposed;

    /// <summary>How many instruments that have gone, and series of them, wait to be shown a last time: past either, half of them go unseen, the first ones first.</summary>
    /// <remarks>Chosen so that a burst is shown, and that what piles up when nobody scrapes stays at a few megabytes.</remarks>
    internal const int MostLeaving = 1000, MostLeavingSeries = 10_000;

    /// <summary>Which meters are selected.</summary>
    internal MeterSelection Selection => selection;

    /// <summary>Begins to listen; also to what has been published already. Without a selection nothing is listened to.</summary>
    internal void Start()
    {
        if (selection.IsEmpty) return;
        registry.SnapshotTaken = SnapshotTaken;
        MeterListener listener;
        lock (_lock)
        {
            if (_disposed || _listener is not null) return;
            _listener = listener = new()
            {
                InstrumentPublished = Take,
                MeasurementsCompleted = (_, state) => End((ForeignSubscription)state!),
            };
        }
        listener.SetMeasurementEventCallback<byte>(static (_, value, tags, state) => Unsafe.As<ForeignSubscription>(state!).Take((long)value, tags));
        listener.SetMeasurementEventCallback<short>(static (_, value, tags, state) => Unsafe.As<ForeignSubscription>(state!).Take((long)value, tags));
        listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => Unsafe.As<ForeignSubscription>(state!).Take((long)value, tags));
        listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => Unsafe.As<ForeignSubscription>(state!).Take(value, tags));
        listener.SetMeasurementEventCallback<float>(static (_, value, tags, state) => Unsafe.As<ForeignSubscription>(state!).Take((double)value, tags));
        listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => Unsafe.As<ForeignSubscription>(state!).Take(value, tags));
        listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, state) => Unsafe.As<ForeignSubscription>(state!).Take((double)value, tags));
        listener.Start();
    }

    public void Dispose()
    {
        MeterListener? listener;
        lock (_lock)
        {
            _disposed = true;
            listener = _listener;
            _listener = null;
        }
        listener?.Dispose();
    }

    /// <summary>Asks again what is on and what is off, after a change of configuration.</summary>
    /// <returns>The instruments whose series cannot get a time to live while the host runs.</returns>
    internal IReadOnlyCollection<string> Reconsider()
    {
        MeterListener? listener;
        List<ForeignSubscription> off = [];
        HashSet<string> waiting = new(StringComparer.Ordinal);
        lock (_lock)
        {
            listener = _listener;
            foreach (var subscription in _subscriptions.Values)
            {
                var decided = settings(MeterOf(subscription.Source), subscription.On.Definition);
                if (!decided.Recorded) off.Add(subscription);
                else if (!subscription.On.Follow(decided)) waiting.Add(subscription.On.Definition.Name);
            }
        }
        if (listener is null) return waiting;
        foreach (var subscription in off) listener.DisableMeasurementEvents(subscription.Source); // tells the end of its measurements
        // What is off was not remembered: .NET tells a new listener of every instrument that there is.
        using MeterListener look = new() { InstrumentPublished = (source, _) => Take(source, listener) };
        look.Start();
        return waiting;
    }

    /// <summary>.NET calls this for each instrument, on the thread that makes it, and may do so after the listener was disposed of.</summary>
    void Take(System.Diagnostics.Metrics.Instrument source, MeterListener listener)
    {
        try
        {
            if (!IsOurs(source) || TryAdd(source) is not { } subscription) return;
            listener.EnableMeasurementEvents(source, subscription); // also for an observable, which it never reads, to be told of its end
            subscription.Observable?.Open();
        }
        catch (Exception) { registry.Ledger.Count(LedgerEntry.ListenerError); } // who makes an instrument is not to be harmed
    }

    /// <summary>Whether the instrument is for this host to take.</summary>
    bool IsOurs(System.Diagnostics.Metrics.Instrument source) =>
        selection.Selects(source.Meter.Name) && (source.Meter.Scope is null || ReferenceEquals(source.Meter.Scope, scope)) && !registry.Owns(source);

    static MeterDefinition MeterOf(System.Diagnostics.Metrics.Instrument source) => new(string.IsNullOrWhiteSpace(source.Meter.Name) ? "unnamed" : source.Meter.Name);

    ForeignSubscription? TryAdd(System.Diagnostics.Metrics.Instrument source)
    {
        if (ForeignKind.Of(source) is not { } kind) return null;
        ForeignIdentity identity = new(source.Meter.Name, source.Name, kind.Kind, source.Unit ?? "", kind.Storage, source.IsObservable);
        var scope = ForeignScope.Of(source.Meter, MeterOf(source).Name); // before the lock: foreign code runs
        lock (_lock)
        {
            if (_disposed || _subscriptions.ContainsKey(source)) return null;
            if (!_instruments.TryGetValue(identity, out var instrument))
            {
                var meter = MeterOf(source);
                DynamicDefinition row = new(source.Name, kind.Kind, source.Unit, source.Description, ForeignKind.AdviceOf(source), source.IsObservable);
                var decided = settings(meter, row);
                if (!decided.Recorded) return null;
                instrument = new(identity, scope, row, new(source.Meter, decided, registry));
                _instruments.Add(identity, instrument);
                registry.AddForeign(meter, instrument);
            }
            else
            {
                var decided = settings(MeterOf(source), instrument.Definition);
                if (!decided.Recorded) return null; // switched off, and shown a last time
                if (instrument.Sources == 0) ComeBack(instrument, decided);
            }
            if (ForeignText.Contradicts(source.Description, instrument.Definition)) registry.Redescribed?.Invoke(instrument, source.Meter.Name);
            instrument.AddSource(scope);
            return _subscriptions[source] = new(source, instrument, exemplars) { Observable = instrument.Observations is { } on ? new(source, on, monitor) : null };
        }
    }

    /// <summary>The instrument measures no more, or is not listened to any more.</summary>
    internal void End(ForeignSubscription subscription)
    {
        subscription.Observable?.Dispose();
        lock (_lock)
        {
            if (!_subscriptions.Remove(subscription.Source) || !subscription.On.RemoveSource()) return;
            _leaving.Add(subscription.On);
            _leavingSeries += subscription.On.LeavesWith = subscription.On.Table!.Index.Count;
            subscription.On.WasShown = false;
            if (_leaving.Count <= MostLeaving && _leavingSeries <= MostLeavingSeries) return;
            LetGo(FirstHalf()); // many at once: each time caches and lists are walked through
        }
        TagCache.Forget(); // I7b
    }

    /// <summary>Lets go of what has left and was there during a whole snapshot since.</summary>
    void SnapshotTaken()
    {
        lock (_lock)
        {
            if (_leaving.Count == 0) return;
            LetGo(_leaving.FindAll(static i => i.WasShown));
            foreach (var left in _leaving) left.WasShown = true; // the snapshot may have begun before it left: shown for certain by the next
        }
        TagCache.Forget(); // I7b
    }

    /// <summary>It had not left yet: its totals go on, under what was decided since.</summary>
    void ComeBack(ForeignInstrument instrument, InstrumentSettings decided)
    {
        if (_leaving.Remove(instrument)) _leavingSeries -= instrument.LeavesWith;
        instrument.Follow(decided);
    }

    /// <summary>Those that left first; never the last one, which is within a limit of its own.</summary>
    List<ForeignInstrument> FirstHalf()
    {
        int count = 0, series = 0;
        while (count < _leaving.Count - 1 && (_leaving.Count - count > MostLeaving / 2 || _leavingSeries - series > MostLeavingSeries / 2)) series += _leaving[count++].LeavesWith;
        return _leaving.GetRange(0, count);
    }

    void LetGo(List<ForeignInstrument> gone)
    {
        if (gone.Count == 0) return;
        HashSet<Instrument> all = [.. gone];
        _leaving.RemoveAll(all.Contains);
        foreach (var instrument in gone)
        {
            _instruments.Remove(instrument.Identity);
            _leavingSeries -= instrument.LeavesWith;
        }
        registry.RemoveForeign(all);
    }
}
