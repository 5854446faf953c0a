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
        for (int i = 0; i < _seen.Count; i++)
        {
            ref var seen = ref _seen[i];
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
        for (int i = 0; i < _seen.Count; i++)
        {
            var (block, at, value) = _seen[i];
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
        for (int i = 0; i < _shown.Count; i++)
        {
            var (block, at, _) = _shown[i];
            ref long mark = ref block.Rounds[at];
            if (mark == except || (mark & ~0xFFFFFFFFL) != _collector) continue;
            mark = 0;
            Volatile.Write(ref block.Values![at], double.NaN);
        }
    }

    readonly record struct Seen(SeriesBlock Block, int At, double Value);

    /// <summary>A list by hand: the code of the framework's, and of spans, is compiled for a structure at each start.</summary>
    sealed class Reported
    {
        Seen[] _items = new Seen[4];

        internal int Count { get; private set; }

        internal ref Seen this[int at] => ref _items[at];

        internal void Add(Seen item)
        {
            if (Count == _items.Length) Array.Resize(ref _items, 2 * Count);
            _items[Count++] = item;
        }

        /// <summary>And holds no block that has gone.</summary>
        internal void Clear()
        {
            for (int i = 0; i < Count; i++) _items[i] = default;
            Count = 0;
        }
    }
}
