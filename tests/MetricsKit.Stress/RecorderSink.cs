namespace MetricsKit.Stress;

/// <summary>A sink that knows what must come: every sample whole, those of a thread in order, none twice, and none missing unless it may be dropped on the way.</summary>
/// <param name="name">What complaints call it.</param>
/// <param name="ledger">Where it complains.</param>
/// <param name="threads">How many threads record at most.</param>
sealed class RecorderSink(string name, StressLedger ledger, int threads) : IMetricSink
{
    readonly uint[] _next = new uint[threads];
    long _taken, _missing, _nextBatch;

    /// <summary>The series that samples must belong to; known when the recorder is made.</summary>
    public SampleSeries[] Series { get; set; } = [];

    /// <summary>Whether samples have the timestamps of the payload.</summary>
    public bool IsStamped { get; init; } = true;

    /// <summary>Whether the queue of the sink, or the recorder, may drop.</summary>
    public bool MayMiss { get; init; }

    /// <summary>What the destination does before it takes a batch: wait, fail. Nothing when it is well.</summary>
    public Action<SampleBatch, CancellationToken>? Before { get; init; }

    public string Name => name;

    public long Taken => Volatile.Read(ref _taken);

    /// <summary>Gaps that were seen; what is missing at a thread's end nobody sees here.</summary>
    public long Missing => Volatile.Read(ref _missing);

    public ValueTask WriteAsync(SampleBatch batch, CancellationToken cancellationToken)
    {
        Before?.Invoke(batch, cancellationToken);
        if (batch.FirstSequence != _nextBatch && !(MayMiss && batch.FirstSequence > _nextBatch)) ledger.Complain($"{name}: a batch begins at {batch.FirstSequence} instead of {_nextBatch}");
        _nextBatch = batch.FirstSequence + batch.Count;
        foreach (var sample in batch.Samples) Take(sample);
        Volatile.Write(ref _taken, _taken + batch.Count);
        return default;
    }

    /// <summary>How much of a thread's samples the sink has seen: up to the newest.</summary>
    public uint UpTo(int thread) => Volatile.Read(ref _next[thread]);

    void Take(in Sample sample)
    {
        if (!RecorderPayload.TryRead(sample.Value, out int thread, out uint sequence) || thread >= threads)
        {
            ledger.Complain($"{name}: {sample.Value:R} is what nobody recorded");
            return;
        }
        if (!ReferenceEquals(sample.Series, Series[sequence % RecorderPayload.Series])) ledger.Complain($"{name}: sample {sequence} of thread {thread} is torn: it has the series {sample.Series?.Name}");
        if (IsStamped && sample.Timestamp != RecorderPayload.TimeOf(thread, sequence)) ledger.Complain($"{name}: sample {sequence} of thread {thread} is torn: it has the time {sample.Timestamp:O}");
        uint next = _next[thread];
        if (sequence < next) ledger.Complain($"{name}: sample {sequence} of thread {thread} comes after {next - 1}");
        if (sequence > next)
        {
            if (!MayMiss) ledger.Complain($"{name}: sample {sequence} of thread {thread} comes where {next} is next");
            Volatile.Write(ref _missing, _missing + sequence - next);
        }
        Volatile.Write(ref _next[thread], sequence + 1);
    }
}
