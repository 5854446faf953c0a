namespace MetricsKit;

/// <summary>Everything that recording keeps per thread.</summary>
static class ThreadBlocks
{
    /// <summary>What the thread fills for the recorder that it used last; null when it has to ask for one. The only thread static of the recording path.</summary>
    [ThreadStatic] internal static SampleBlock? Current;

    /// <summary>The thread as producer of each recorder that it used; nearly always one.</summary>
    [ThreadStatic] static List<SampleProducer>? _producers;

    internal static SampleProducer? ProducerOf(MetricRecorder recorder)
    {
        if (_producers is null) return null;
        foreach (var producer in _producers)
        {
            if (ReferenceEquals(producer.Recorder, recorder)) return producer;
        }
        return null;
    }

    internal static void Add(SampleProducer producer)
    {
        _producers ??= [];
        _producers.RemoveAll(static p => p.Recorder.IsClosed); // a recorder that has ended is not kept by a thread that goes on
        _producers.Add(producer);
    }
}
