namespace MetricsKit;

/// <summary>The rounds of a collector, which reports to instruments of the catalogue.</summary>
/// <remarks>Several collectors may report to one instrument: a series carries the mark of the round that set it last, and only that collector makes it absent.</remarks>
sealed class CollectorRound : ObservationRound
{
    static int _ids;

    readonly long _collector = (long)Interlocked.Increment(ref _ids) << 32;
    uint _number;

    // What the call reported so far, its thread's alone; and what the round before left, which is guarded by the base's lock.
    Reported _seen = new(), _shown = new();

    internal void Note(SeriesBlock block, int at, double value) => _seen.Add(new(block, at, value));

    /// <summary>Adds to what the call has reported of the series: of a counter, where a view makes one series of several.</summary>
    internal void NoteMore(SeriesBlock block, int at, double value)
    {
        foreach (ref var seen in _seen.Items)
        {
            if (!ReferenceEquals(seen.Block, block) || seen.At != at) continue;
            seen = seen with { Value = seen.Value + value };
            return;
        }
        Note(block, at, value);
    }

    private protected override void Begin() => _seen.Clear();

    private protected override void Show()
    {
        long mark = _collector | ++_number;
        foreach (var (block, at, value) in _seen.Items)
        {
            Volatile.Write(ref block.Values![at], value);
            block.Rounds[at] = mark;
        }
        Hide(except: mark);
        (_seen, _shown) = (_shown, _seen);
    }

    private protected override void Hide()
    {
        Hide(except: 0);
        _shown.Clear();
    }

    void Hide(long except)
    {
        foreach (var (block, at, _) in _shown.Items)
        {
            ref long mark = ref block.Rounds[at];
            if (mark == except || (mark & ~0xFFFFFFFFL) != _collector) continue;
            mark = 0;
            Volatile.Write(ref block.Values![at], double.NaN);
        }
    }

    readonly record struct Seen(SeriesBlock Block, int At, double Value);

    /// <summary>A list by hand: the code of one of the framework's is compiled for a structure at each start.</summary>
    sealed class Reported
    {
        Seen[] _items = [];
        int _count;

        internal Span<Seen> Items => _items.AsSpan(0, _count);

        internal void Add(Seen item)
        {
            if (_count == _items.Length) Array.Resize(ref _items, Math.Max(4, 2 * _count));
            _items[_count++] = item;
        }

        /// <summary>And holds no block that has gone.</summary>
        internal void Clear()
        {
            Items.Clear();
            _count = 0;
        }
    }
}
