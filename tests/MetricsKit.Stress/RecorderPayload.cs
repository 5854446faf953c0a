namespace MetricsKit.Stress;

/// <summary>What a thread records: everything about a sample follows from the thread and the sequence, so that a torn, lost, doubled or displaced one shows.</summary>
static class RecorderPayload
{
    /// <summary>A double holds whole numbers of 53 bits: 20 for the thread, 32 for the sequence.</summary>
    public const int MostThreads = 1 << 20;

    const int SequenceBits = 32;

    /// <summary>Which series a sequence goes to: a wrong one would not be seen if there were only one.</summary>
    public const int Series = 4;

    /// <summary>Any moment far from both ends of time.</summary>
    static readonly DateTime _epoch = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public static double ValueOf(int thread, uint sequence) => (long)thread << SequenceBits | sequence;

    /// <summary>Microseconds that depend on both, and on all of their low bits.</summary>
    public static DateTime TimeOf(int thread, uint sequence) => _epoch.AddTicks((sequence * 10L) ^ ((long)thread << 24));

    public static bool TryRead(double value, out int thread, out uint sequence)
    {
        long whole = (long)value;
        (thread, sequence) = ((int)(whole >> SequenceBits), (uint)whole);
        return whole == value && whole >> SequenceBits is >= 0 and < MostThreads;
    }

    public static SampleSeries[] SeriesOf(IMetricRecorder recorder) => [.. Enumerable.Range(0, Series).Select(i => recorder.Series($"stress{i}"))];
}
