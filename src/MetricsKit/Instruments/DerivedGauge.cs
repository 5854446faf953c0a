namespace MetricsKit;

/// <summary>A gauge computed from the totals of a counter over a sliding window that one timer samples.</summary>
/// <remarks>
/// Reading it twice gives the same answer, and two scrapers do not disturb each other, because only the timer moves it.
/// It is absent while the window has one point, and a ratio also while nothing was counted.
/// </remarks>
public sealed class DerivedGauge : ObservableInstrument
{
    readonly InstrumentDefinition _source;
    readonly int _part;
    readonly string _partValue;
    readonly int[] _by;
    readonly Queue<Frame> _window = new();

    // Reused from sample to sample; the sampling timer's alone.
    ChunkList _chunks;
    long[] _totals = [];

    internal DerivedGauge(InstrumentDefinition definition, InstrumentContext context, InstrumentDefinition source, TagKey? part, string partValue) : base(definition, context)
    {
        _source = source;
        _part = part is null ? -1 : source.TagKeys.IndexOf(part);
        _partValue = partValue;
        _by = new int[definition.TagKeys.Length];
        for (int k = 0; k < _by.Length; k++) _by[k] = source.TagKeys.IndexOf(definition.TagKeys[k]);
    }

    /// <summary>The totals of one sample, by the ordinal of the gauge's series.</summary>
    sealed class Frame
    {
        internal long Timestamp;
        internal long[] All = [];
        internal long[] Part = [];
        internal int Count;
    }

    /// <summary>Takes a sample and moves the values. Called by one timer; samples older than the window are forgotten.</summary>
    internal void Sample(long timestamp, TimeSpan window, TimeProvider time)
    {
        if (!Enabled || Registry.Find(_source)?.Table is not { } source) return;
        var now = TakeFrame(timestamp, window, time);
        Read(source, now);
        if (source.Overflow is { } overflow) Read(overflow, now);
        _window.Enqueue(now);
        Publish(_window.Peek(), now, time);
    }

    /// <summary>A frame for the newest sample: the oldest one's, when the window no longer needs it.</summary>
    Frame TakeFrame(long timestamp, TimeSpan window, TimeProvider time)
    {
        Frame? reused = null;
        // The last sample stays even past the window, so that a late timer does not leave a gap; after more than two windows it says nothing any more.
        while (_window.TryPeek(out var oldest) && time.GetElapsedTime(oldest.Timestamp, timestamp) is var age && age > window && (_window.Count > 1 || age > 2 * window)) reused = _window.Dequeue();
        var frame = reused ?? new();
        frame.Timestamp = timestamp;
        frame.Count = 0;
        frame.All.AsSpan().Clear();
        frame.Part.AsSpan().Clear();
        return frame;
    }

    void Read(SeriesTable source, Frame into)
    {
        lock (CellSpace.Reading)
        {
            int left = source.Count;
            foreach (var block in source.Index.Blocks)
            {
                int count = Math.Min(block.Labels.Capacity, left);
                if (count <= 0) return;
                left -= count;
                if (_totals.Length < count) _totals = new long[Math.Max(count, CellChunk.Size)];
                _chunks.Clear();
                CellSpace.AppendChunks(block.Cells!.Start >> CellChunk.Shift, ref _chunks);
                var totals = _totals.AsSpan(0, count);
                CellSums.Longs(_chunks.Items, block.Cells.Start, totals);
                for (int at = 0; at < count; at++) Count(block.Labels.ValuesAt(at), totals[at], into);
            }
        }
    }

    void Count(ReadOnlySpan<string> labels, long total, Frame into)
    {
        TagValues kept = default;
        for (int k = 0; k < _by.Length; k++) kept[k] = labels[_by[k]];
        var place = PlaceOf(((ReadOnlySpan<string>)kept)[.._by.Length]);
        if (place.Index < 0)
        {
            Registry.Ledger.Count(LedgerEntry.PastLimit);
            return;
        }
        if (place.Index >= into.All.Length)
        {
            int length = Math.Max(16, (place.Index + 1) * 2);
            Array.Resize(ref into.All, length);
            Array.Resize(ref into.Part, length);
        }
        into.Count = Math.Max(into.Count, place.Index + 1);
        into.All[place.Index] += total;
        if (_part >= 0 && labels[_part] == _partValue) into.Part[place.Index] += total;
    }

    void Publish(Frame oldest, Frame newest, TimeProvider time)
    {
        if (ReferenceEquals(oldest, newest))
        {
            for (int i = 0, count = Table!.Count; i < count; i++) Volatile.Write(ref Table.Index.ValueAt(i), double.NaN);
            return;
        }
        double seconds = time.GetElapsedTime(oldest.Timestamp, newest.Timestamp).TotalSeconds;
        if (seconds <= 0) return;
        for (int i = 0; i < newest.Count; i++)
        {
            // A series that is younger than the oldest sample began at 0.
            long all = newest.All[i] - (i < oldest.All.Length ? oldest.All[i] : 0);
            long part = newest.Part[i] - (i < oldest.Part.Length ? oldest.Part[i] : 0);
            double value = _part < 0 ? all / seconds : all > 0 ? (double)part / all : double.NaN;
            Volatile.Write(ref Table!.Index.ValueAt(i), value);
        }
    }
}
