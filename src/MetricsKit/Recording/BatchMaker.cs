using System.Buffers;

namespace MetricsKit;

/// <summary>Makes batches of the samples that the pump reads, and posts them to all lanes. Used by the pump's thread alone.</summary>
sealed class BatchMaker(SampleProcessorChain? processors, Action<SampleBatch> post)
{
    /// <summary>Most samples of a batch: what a destination takes in one request, and 96 KiB.</summary>
    internal const int MaxSamples = 4096;

    Sample[] _making = ArrayPool<Sample>.Shared.Rent(MaxSamples);
    int _count;
    long _sequence;

    /// <summary>Samples that were posted.</summary>
    internal long Posted => Volatile.Read(ref _sequence);

    /// <summary>Adds samples of a block.</summary>
    internal void Add(SampleBlock block, int from, int to, SampleSeries[] known)
    {
        for (; from < to; from++)
        {
            var sample = block.Restore(from, known);
            if (processors is not null && !processors.TryProcess(ref sample)) continue;
            _making[_count++] = sample;
            if (_count == MaxSamples) Post();
        }
    }

    /// <summary>Posts what there is.</summary>
    internal void Post()
    {
        if (_count == 0) return;
        var samples = _making;
        if (_count < MaxSamples / 2)
        {
            // A batch of few samples would hold the memory of many while it waits for a sink that is down.
            samples = ArrayPool<Sample>.Shared.Rent(_count);
            _making.AsSpan(0, _count).CopyTo(samples);
            _making.AsSpan(0, _count).Clear();
        }
        else
        {
            _making = ArrayPool<Sample>.Shared.Rent(MaxSamples);
        }
        SampleBatch batch = new(samples, _count, _sequence) { Bytes = SampleBatch.BytesOf(samples.Length) + TextsOf(samples.AsSpan(0, _count)) };
        Volatile.Write(ref _sequence, _sequence + _count);
        _count = 0;
        post(batch);
    }

    /// <summary>Bytes of series that nobody remembers: the batch alone keeps them.</summary>
    static long TextsOf(ReadOnlySpan<Sample> samples)
    {
        long bytes = 0;
        foreach (var sample in samples) bytes += sample.Series.OwnBytes;
        return bytes;
    }
}
