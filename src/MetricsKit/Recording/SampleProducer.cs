namespace MetricsKit;

/// <summary>One thread that records into one recorder.</summary>
sealed class SampleProducer(MetricRecorder recorder, Thread thread)
{
    /// <summary>A first block is small, so that many threads with a sample each do not use the room up.</summary>
    internal const int FirstSize = 64;

    internal readonly MetricRecorder Recorder = recorder;

    // The thread's own.
    int _nextSize = FirstSize;
    SampleBlock? _block;

    // Counted by the thread alone, read by whoever asks.
    long _full, _closed, _notFinite, _negative;

    // The pump's.
    internal int SeenCount;
    internal SampleBlock? SeenBlock;

    internal bool IsAlive => thread.IsAlive;

    /// <summary>What the thread fills; while it changes blocks, the one that it has just handed over.</summary>
    internal SampleBlock? Block => Volatile.Read(ref _block);

    /// <summary>A block with room for a sample; null when there is none to have.</summary>
    internal SampleBlock? BlockToFill()
    {
        if (_block is { } block) return block;
        if (Recorder.IsClosed) return null; // or who goes on recording would use up the room, and drop what waits for the last round
        block = Recorder.Space.TryLend(_nextSize, this);
        if (block is null) return null;
        Volatile.Write(ref _block, block);
        if (!Recorder.IsClosed) return block; // read behind the publication: who closes looks for blocks behind a fence of the whole process
        Volatile.Write(ref _block, null);
        Recorder.Space.GiveBack(block.Room); // not to be used again: who closes may have found it
        return null;
    }

    /// <summary>The thread's block has no room after the sample at that index, or was revoked. True when the sample counts.</summary>
    internal bool Finish(SampleBlock block, int at)
    {
        if (block.IsRevoked || !block.TryHandOver())
        {
            bool counts = block.CountsAfterRevocation(at);
            _nextSize = FirstSize;
            Let();
            return counts || Recorder.Append(block.Restore(at, Recorder.KnownSeries));
        }
        _nextSize = Math.Min(block.Room * 2, Recorder.Options.BlockSize);
        ThreadBlocks.Current = null;
        Recorder.Pump.HandOver(block);
        Volatile.Write(ref _block, null); // behind the hand-over: a flush finds what was recorded here or there
        ThreadBlocks.Current = BlockToFill();
        return true;
    }

    void Let()
    {
        ThreadBlocks.Current = null;
        Volatile.Write(ref _block, null);
    }

    internal void CountRejected(SampleRejection reason)
    {
        ref long counter = ref CounterOf(reason);
        Volatile.Write(ref counter, counter + 1);
    }

    /// <summary>What is refused for its name is counted by the recorder: there is no series yet, nor a thread of it.</summary>
    internal long Rejected(SampleRejection reason) => reason == SampleRejection.Invalid ? 0 : Volatile.Read(ref CounterOf(reason));

    ref long CounterOf(SampleRejection reason)
    {
        switch (reason)
        {
            case SampleRejection.Full: return ref _full;
            case SampleRejection.NotFinite: return ref _notFinite;
            case SampleRejection.Negative: return ref _negative;
            default: return ref _closed;
        }
    }
}
