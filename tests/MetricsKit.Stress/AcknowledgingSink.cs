namespace MetricsKit.Stress;

/// <summary>A sink that tells which values of a batch were acknowledged, after they were.</summary>
sealed class AcknowledgingSink(IMetricSink inner, Action<long, long> acknowledged) : IMetricSink, IDisposable
{
    public async ValueTask WriteAsync(SampleBatch batch, CancellationToken cancellationToken)
    {
        // One thread records ascending values, so that a batch is a range, unless samples were refused in its middle.
        await inner.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
        var samples = batch.Samples;
        for (int begin = 0; begin < samples.Length;)
        {
            int end = begin + 1;
            while (end < samples.Length && samples[end].Value == samples[end - 1].Value + 1) end++;
            acknowledged((long)samples[begin].Value, (long)samples[end - 1].Value);
            begin = end;
        }
    }

    public void Dispose() => (inner as IDisposable)?.Dispose();
}
