using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace MetricsKit;

/// <summary>The recorder of a host: threads fill blocks of their own, a pump carries them to the lanes of the sinks.</summary>
sealed class MetricRecorder : IMetricRecorder, IAsyncDisposable, IDisposable
{
    // Read on the recording path; nothing beside them is written there.
    internal readonly RecorderClock Clock;
    internal readonly RecorderOptions Options;
    internal readonly BlockSpace Space;
    internal readonly SamplePump Pump;

    readonly SeriesDirectory _series;
    readonly BatchMaker _batches;
    readonly SampleProcessorChain? _processors;
    readonly Lock _registering = new();
    readonly long[] _rejected = new long[5]; // of threads that have left or never came, by reason
    SampleProducer[] _producers = [];
    long _toldAccepted;
    long _lostSaid; // what flushes have told of
    Task? _ending;
    volatile bool _closed;

    internal MetricRecorder(RecorderOptions options, ImmutableArray<DeliveryLane<SampleBatch>> lanes, SampleProcessorChain? processors, TimeProvider time, ILogger logger)
    {
        Options = options;
        Lanes = lanes;
        _processors = processors;
        Clock = new(time, options);
        _batches = new(processors, Post);
        Pump = new(this, _batches, Clock, logger);
        Space = new(this);
        _series = new(this);
        Pump.Start();
    }

    internal ImmutableArray<DeliveryLane<SampleBatch>> Lanes { get; }

    internal bool IsClosed => _closed;

    /// <summary>The series that are remembered, by their numbers.</summary>
    internal SampleSeries[] KnownSeries => _series.Known;

    internal SampleProducer[] Producers => Volatile.Read(ref _producers);

    public SampleSeries Series(string name, SampleKind kind = SampleKind.Gauge, params ReadOnlySpan<(string Key, string Value)> tags) => _series.Get(name, kind, tags);

    public bool Record(string name, double value, SampleKind kind = SampleKind.Gauge, params ReadOnlySpan<(string Key, string Value)> tags)
    {
        if (name is not null && _series.Find(name, kind, tags) is { } known) return known.Record(value);
        if (SampleIdentity.DescribeFault(name, kind, SampleIdentity.Pairs(tags)) is null) return _series.Get(name!, kind, tags).Record(value);
        Interlocked.Increment(ref _rejected[(int)SampleRejection.Invalid]);
        return false;
    }

    public async ValueTask<bool> FlushAsync(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        long began = Clock.Ticks, said = Volatile.Read(ref _lostSaid); // before: of two flushes at once each tells of a loss, since each may have waited for that sample
        timeout = DeliveryLane<SampleBatch>.Waitable(timeout);
        try { await Pump.RoundAsync().WaitAsync(timeout, cancellationToken).ConfigureAwait(false); }
        catch (TimeoutException) { return false; }
        var left = timeout == Timeout.InfiniteTimeSpan ? timeout : timeout - TimeSpan.FromSeconds((double)(Clock.Ticks - began) / Clock.Frequency);
        if (left < TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan) left = TimeSpan.Zero;
        bool[] flushed = await Task.WhenAll(Lanes.Select(lane => lane.FlushAsync(left, cancellationToken).AsTask())).ConfigureAwait(false);
        long lost = Lost;
        if (lost == said) return Array.TrueForAll(flushed, static f => f);
        for (long told = said; told < lost;) told = Interlocked.CompareExchange(ref _lostSaid, lost, told) is var now && now == told ? lost : now;
        return false;
    }

    /// <summary>Refuses what comes from now on, and delivers what was accepted, all sinks together within the budget. What is left then is counted as dropped.</summary>
    internal Task StopAsync(TimeSpan budget)
    {
        lock (_registering)
        {
            _closed = true;
            return _ending ??= EndAsync(budget);
        }
    }

    async Task EndAsync(TimeSpan budget)
    {
        long began = Clock.Ticks;
        try { await Pump.EndAsync().WaitAsync(budget + Least).ConfigureAwait(false); }
        catch (TimeoutException) { } // a processor hangs: what it keeps stays buffered in the ledger
        var left = budget - TimeSpan.FromSeconds((double)(Clock.Ticks - began) / Clock.Frequency);
        await Task.WhenAll(Lanes.Select(lane => lane.StopAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero))).ConfigureAwait(false);
    }

    /// <summary>The pump's last round needs some time even where the budget is none, or all that is in blocks would be lost.</summary>
    static TimeSpan Least => TimeSpan.FromMilliseconds(200);

    public async ValueTask DisposeAsync() => await StopAsync(Options.ShutdownTimeout).ConfigureAwait(false);

    /// <summary>For a container that is disposed of without waiting: waits here, and not longer than a stop may take.</summary>
    public void Dispose() => ((IAsyncResult)StopAsync(Options.ShutdownTimeout)).AsyncWaitHandle.WaitOne(Options.ShutdownTimeout + TimeSpan.FromSeconds(1));

    /// <summary>Records by the slow way: a thread's first sample, one for which it has no block, and one that is refused.</summary>
    internal bool Append(in Sample sample)
    {
        if ((ThreadBlocks.ProducerOf(this) ?? Enter()) is not { } producer)
        {
            Interlocked.Increment(ref _rejected[(int)SampleRejection.Closed]);
            return false;
        }
        if (!sample.Series.IsAcceptable(sample.Value))
        {
            producer.CountRejected(double.IsFinite(sample.Value) ? SampleRejection.Negative : SampleRejection.NotFinite);
            return false;
        }
        var block = producer.BlockToFill();
        if (block is null)
        {
            producer.CountRejected(_closed ? SampleRejection.Closed : SampleRejection.Full);
            return false;
        }
        ThreadBlocks.Current = block;
        return block.Append(sample.Series.Recorder is null ? block.Keep(sample.Series) : sample.Series.Number, sample.Timestamp, sample.Value);
    }

    /// <summary>Threads are gone, and what they had recorded was read.</summary>
    internal void Leave(SampleProducer[] gone)
    {
        lock (_registering)
        {
            foreach (var producer in gone)
            {
                for (int reason = 0; reason < _rejected.Length; reason++) Interlocked.Add(ref _rejected[reason], producer.Rejected((SampleRejection)reason));
            }
            HashSet<SampleProducer> leaving = [.. gone];
            Volatile.Write(ref _producers, Array.FindAll(_producers, p => !leaving.Contains(p)));
        }
    }

    /// <summary>Samples that were refused or dropped because there was no room.</summary>
    internal long LostForRoom
    {
        get
        {
            long lost = Pump.Blocks.DroppedOldest + Volatile.Read(ref _rejected[(int)SampleRejection.Full]);
            foreach (var producer in Producers) lost += producer.Rejected(SampleRejection.Full);
            return lost;
        }
    }

    internal RecorderLedger ReadLedger()
    {
        long[] rejected = new long[_rejected.Length];
        lock (_registering)
        {
            for (int reason = 0; reason < rejected.Length; reason++)
            {
                rejected[reason] = Volatile.Read(ref _rejected[reason]);
                foreach (var producer in _producers) rejected[reason] += producer.Rejected((SampleRejection)reason);
            }
        }
        // In this order a sample that is carried on meanwhile is missed, and none counts twice. What was once told is not taken back: others export it as a counter.
        long taken = Pump.Blocks.Taken, dropped = Pump.Blocks.DroppedOldest, buffered = Pump.Blocks.Buffered(), accepted = taken + dropped + buffered;
        for (long told = Volatile.Read(ref _toldAccepted); told != accepted;)
        {
            if (told > accepted) accepted = told;
            else told = Interlocked.CompareExchange(ref _toldAccepted, accepted, told) is var now && now == told ? accepted : now;
        }
        return new(accepted, rejected[0], rejected[1], rejected[2], rejected[3], rejected[4],
            dropped, _processors?.Filtered ?? 0, _processors?.Failed ?? 0, _batches.Posted, buffered);
    }

    /// <summary>Accepted samples that at least one sink will never see, counted once a sink.</summary>
    long Lost => Pump.Blocks.DroppedOldest + (_processors?.Failed ?? 0) + Lanes.Sum(static lane => lane.Ledger is var l ? l.Dropped + l.Refused : 0);

    SampleProducer? Enter()
    {
        if (_closed) return null; // who goes on recording neither allocates nor waits for others that do
        SampleProducer producer = new(this, Thread.CurrentThread);
        bool first;
        lock (_registering)
        {
            if (_closed) return null;
            first = _producers.Length == 0;
            Volatile.Write(ref _producers, [.. _producers, producer]);
        }
        ThreadBlocks.Add(producer);
        if (first)
        {
            Clock.Set();
            Pump.Wake();
        }
        return producer;
    }

    void Post(SampleBatch batch)
    {
        if (Lanes.IsEmpty)
        {
            batch.Release(reusable: true);
            return;
        }
        batch.Hold(Lanes.Length);
        foreach (var lane in Lanes) lane.Post(batch, batch.Count, batch.Bytes);
    }
}
