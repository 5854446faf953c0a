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
    readonly List<ForeignInstrument> _leaving = [];
    MeterListener? _listener;
    bool _disposed;

    /// <summary>How many instruments that have gone wait to be shown a last time. Chosen so that a burst is shown, and that nothing piles up when nobody scrapes.</summary>
    const int MostLeaving = 64;

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
    internal void Reconsider()
    {
        MeterListener? listener;
        ForeignSubscription[] off;
        lock (_lock)
        {
            listener = _listener;
            off = [.. _subscriptions.Values.Where(s => !Follow(s))];
        }
        if (listener is null) return;
        foreach (var subscription in off) listener.DisableMeasurementEvents(subscription.Source); // tells the end of its measurements
        // What is off was not remembered: .NET tells a new listener of every instrument that there is.
        using MeterListener look = new() { InstrumentPublished = (source, _) => Take(source, listener) };
        look.Start();
    }

    /// <summary>Whether the instrument is still on.</summary>
    bool Follow(ForeignSubscription subscription)
    {
        var decided = settings(MeterOf(subscription.Source), subscription.On.Definition);
        if (decided.Recorded) subscription.On.Follow(decided);
        return decided.Recorded;
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
        lock (_lock)
        {
            if (_disposed || _subscriptions.ContainsKey(source)) return null;
            if (!_instruments.TryGetValue(identity, out var instrument))
            {
                var meter = MeterOf(source);
                DynamicDefinition row = new(source.Name, kind.Kind, source.Unit, source.Description, ForeignKind.AdviceOf(source), source.IsObservable);
                var decided = settings(meter, row);
                if (!decided.Recorded) return null;
                instrument = new(identity, row, new(source.Meter, decided, registry));
                _instruments.Add(identity, instrument);
                registry.AddForeign(meter, instrument);
            }
            else if (!settings(MeterOf(source), instrument.Definition).Recorded) return null; // switched off, and shown a last time
            else if (instrument.Sources == 0) _leaving.Remove(instrument); // back before it had left: its totals go on
            if (ForeignText.Contradicts(source.Description, instrument.Definition)) registry.Redescribed?.Invoke(instrument, source.Meter.Name);
            instrument.Sources++;
            return _subscriptions[source] = new(source, instrument, exemplars) { Observable = instrument.Observations is { } on ? new(source, on, monitor) : null };
        }
    }

    /// <summary>The instrument measures no more, or is not listened to any more.</summary>
    internal void End(ForeignSubscription subscription)
    {
        subscription.Observable?.Dispose();
        lock (_lock)
        {
            if (!_subscriptions.Remove(subscription.Source) || --subscription.On.Sources > 0) return;
            _leaving.Add(subscription.On);
            subscription.On.WasShown = false;
            if (_leaving.Count <= MostLeaving) return;
            LetGo(_leaving[0]);
        }
        TagCache.Forget(); // I7b
    }

    /// <summary>Lets go of what has left and was there during a whole snapshot since.</summary>
    void SnapshotTaken()
    {
        lock (_lock)
        {
            if (_leaving.Count == 0) return;
            foreach (var shown in _leaving.Where(static i => i.WasShown).ToArray()) LetGo(shown);
            foreach (var left in _leaving) left.WasShown = true; // the snapshot may have begun before it left: shown for certain by the next
        }
        TagCache.Forget(); // I7b
    }

    void LetGo(ForeignInstrument instrument)
    {
        _leaving.Remove(instrument);
        _instruments.Remove(instrument.Identity);
        registry.RemoveForeign(instrument);
    }
}
