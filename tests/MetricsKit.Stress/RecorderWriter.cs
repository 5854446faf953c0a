namespace MetricsKit.Stress;

/// <summary>One thread's own account of what it recorded. A sequence is used up when its sample was accepted: what is in the sink has no gap.</summary>
sealed class RecorderWriter(SampleSeries[] series, int number, bool stamped = true)
{
    public int Number => number;

    public long Attempted { get; private set; }

    public uint Accepted { get; private set; }

    public long Refused => Attempted - Accepted;

    public bool Record()
    {
        uint sequence = Accepted;
        var to = series[sequence % RecorderPayload.Series];
        double value = RecorderPayload.ValueOf(number, sequence);
        Attempted++;
        bool accepted = stamped ? to.Record(value, RecorderPayload.TimeOf(number, sequence)) : to.Record(value);
        if (accepted) Accepted++;
        return accepted;
    }

    /// <summary>Records some samples, whatever becomes of them.</summary>
    public void Record(int samples)
    {
        for (int i = 0; i < samples; i++) Record();
    }
}
