using System.Numerics;
using System.Runtime.CompilerServices;

namespace MetricsKit;

/// <summary>Where the values of an instrument's series are.</summary>
enum SeriesStorage
{
    /// <summary>A cell of whole numbers a series, in every store.</summary>
    Counts,

    /// <summary>A run <c>[sum][buckets]</c> a series, in every store.</summary>
    Histograms,

    /// <summary>One shared double a series, of which the last store wins (I12).</summary>
    Values,
}

/// <summary>One series of a table.</summary>
/// <param name="Block">Null when the series was refused.</param>
/// <param name="At">The place in the block.</param>
/// <param name="Index">The first cell's number; for a gauge the ordinal in its table; -1 when the series was refused.</param>
readonly record struct SeriesPlace(SeriesBlock? Block, int At, int Index);

/// <summary>The label values of one call, sanitised, in the order of the keys.</summary>
[InlineArray(MaxTags)]
struct TagValues
{
    internal const int MaxTags = 4;

    string _first;
}

/// <summary>The series of one instrument: label values, where the values are, and a hash table that readers search without a lock.</summary>
/// <remarks>
/// I2: entries, labels and blocks are written before the slot or the count that makes them visible.
/// I8: past the limit only open labels fold; a call that folds costs a search and no lock.
/// I10: the full hash is seeded per process and never decides: strings are compared.
/// </remarks>
sealed class SeriesTable
{
    readonly Lock _inserting = new();
    readonly InstrumentDefinition _row;
    readonly int _run, _firstBlock, _firstLog, _largestBlock, _growing, _growingBlocks;
    readonly SeriesBudget _budget;
    readonly HostLedger _ledger;
    readonly bool _isOverflow, _onlyOpen;

    SeriesBlock[] _blocks = [];
    LabelPage[] _pages = [];
    ulong[] _slots = new ulong[4]; // the upper half of a slot is the hash's, the lower the ordinal plus one; 0 is empty
    int _count;
    SeriesTable? _overflow;
    CellRun? _folded;

    internal SeriesTable(InstrumentDefinition row, SeriesStorage storage, int bounds, int maxSeries, SeriesBudget budget, HostLedger ledger, bool isOverflow = false)
    {
        _row = row;
        Storage = storage;
        _budget = budget;
        _ledger = ledger;
        _isOverflow = isOverflow;
        _onlyOpen = !row.TagKeys.Any(static k => k.IsClosed);
        MaxSeries = maxSeries;
        _run = storage == SeriesStorage.Histograms ? bounds + 2 : 1; // a sum and bounds + 1 buckets, not rounded up: 15 bounds would double
        // Blocks begin small, double, and end as whole chunks: an instrument with one series costs little, one with many has few blocks.
        _firstBlock = Math.Max(1, 4 / _run);
        _firstLog = BitOperations.Log2((uint)_firstBlock);
        _largestBlock = CellChunk.Size / _run;
        _growing = _firstBlock;
        _growingBlocks = 1;
        while (_growing * _run <= CellChunk.Size / 2) { _growing *= 2; _growingBlocks++; }
    }

    internal SeriesStorage Storage { get; }

    internal int MaxSeries { get; }

    /// <summary>Cells of one series.</summary>
    internal int RunLength => _run;

    internal int Count => Volatile.Read(ref _count);

    internal ReadOnlySpan<SeriesBlock> Blocks => Volatile.Read(ref _blocks);

    /// <summary>The labels of the blocks, in the same order.</summary>
    internal LabelPage[] Pages => Volatile.Read(ref _pages);

    /// <summary>The series that others were folded into; null until the first fold.</summary>
    internal SeriesTable? Overflow => Volatile.Read(ref _overflow);

    /// <summary>How many measurements and bindings were folded.</summary>
    internal long Folded => Volatile.Read(ref _folded) is { } cells ? CellSpace.Sum(cells.Start) : 0;

    /// <summary>The series of the label values, made when there is room, else the one they fold into. A gauge past its limit is refused.</summary>
    internal SeriesPlace Resolve(ReadOnlySpan<string> values, out bool folded)
    {
        folded = false;
        ulong hash = Hash(values);
        int ordinal = Find(values, hash);
        if (ordinal < 0) ordinal = Insert(values, hash);
        if (ordinal >= 0) return PlaceOf(ordinal);
        folded = true;
        return Fold(values);
    }

    internal SeriesPlace PlaceOf(int ordinal)
    {
        var (number, at) = Locate(ordinal);
        var block = Blocks[number];
        return new(block, at, block.Cells is { } cells ? cells.Start + at * _run : ordinal);
    }

    /// <summary>The shared cell of a gauge.</summary>
    internal ref double ValueAt(int ordinal)
    {
        var (number, at) = Locate(ordinal);
        return ref Blocks[number].Values![at];
    }

    /// <summary>The label key with the most distinct values, and some of them: what to name when the limit is reached.</summary>
    internal (TagKey Key, string[] Examples)? WidestKey()
    {
        TagKey? widest = null;
        HashSet<string> most = [];
        for (int k = 0; k < _row.TagKeys.Length; k++)
        {
            HashSet<string> distinct = new(StringComparer.Ordinal);
            for (int i = 0, count = Count; i < count; i++)
            {
                var place = PlaceOf(i);
                distinct.Add(place.Block!.Labels.ValuesAt(place.At)[k]);
            }
            if (!_row.TagKeys[k].IsClosed && distinct.Count > most.Count) (widest, most) = (_row.TagKeys[k], distinct);
        }
        return widest is null ? null : (widest, [.. most.Take(3)]);
    }

    SeriesPlace Fold(ReadOnlySpan<string> values)
    {
        if (Storage == SeriesStorage.Values) return new(null, 0, -1); // the last of several values would be one of them, not their sum
        var overflow = Volatile.Read(ref _overflow) ?? MakeOverflow();
        CellSpace.Add(_folded!.Start, 1);
        if (_onlyOpen && overflow.Count > 0) return overflow.PlaceOf(0); // all fold into one, which needs no search
        TagValues folded = default;
        for (int i = 0; i < values.Length; i++) folded[i] = _row.TagKeys[i].IsClosed ? values[i] : TagKey.Other;
        return overflow.Resolve(((ReadOnlySpan<string>)folded)[..values.Length], out _);
    }

    SeriesTable MakeOverflow()
    {
        lock (_inserting)
        {
            if (_overflow is null)
            {
                _folded = CellSpace.Allocate(1, CellLayout.Longs, _ledger);
                // Bounded by the closed keys alone, so neither this instrument's limit nor the host's applies.
                Volatile.Write(ref _overflow, new SeriesTable(_row, Storage, _run - 2, int.MaxValue, SeriesBudget.None, _ledger, isOverflow: true));
            }
            return _overflow;
        }
    }

    int Insert(ReadOnlySpan<string> values, ulong hash)
    {
        if (Count >= MaxSeries || _budget.IsSpent) return -1;
        lock (_inserting)
        {
            int ordinal = Find(values, hash);
            if (ordinal >= 0) return ordinal;
            ordinal = _count;
            if (ordinal >= MaxSeries || !_budget.TryTake()) return -1;
            var (number, at) = Locate(ordinal);
            if (number == _blocks.Length)
            {
                var block = MakeBlock(number);
                Volatile.Write(ref _pages, [.. _pages, block.Labels]);
                Volatile.Write(ref _blocks, [.. _blocks, block]);
            }
            values.CopyTo(_blocks[number].Labels.ValuesAt(at));
            Publish(hash, ordinal);
            Volatile.Write(ref _count, ordinal + 1); // I2: who sees the count sees labels and block
            return ordinal;
        }
    }

    SeriesBlock MakeBlock(int number)
    {
        int capacity = number == 0 ? _firstBlock : number < _growingBlocks ? _firstBlock << (number - 1) : _largestBlock;
        // The last block needs no more room than the limit leaves.
        if (MaxSeries - _count is > 0 and var left && left < capacity) capacity = left;
        LabelPage labels = new(capacity, _row.TagKeys.Length, _isOverflow);
        if (Storage == SeriesStorage.Values)
        {
            var values = new double[capacity];
            values.AsSpan().Fill(double.NaN);
            return new(labels, null, values, null);
        }
        bool histogram = Storage == SeriesStorage.Histograms;
        var cells = CellSpace.Allocate(capacity * _run, histogram ? CellLayout.Histograms : CellLayout.Longs, _ledger, _run);
        double[]? published = histogram ? new double[capacity] : null;
        published?.AsSpan().Fill(double.NegativeInfinity);
        return new(labels, cells, null, published);
    }

    (int Block, int At) Locate(int ordinal)
    {
        if (ordinal < _firstBlock) return (0, ordinal);
        if (ordinal >= _growing) return (_growingBlocks + (ordinal - _growing) / _largestBlock, (ordinal - _growing) % _largestBlock);
        int doublings = BitOperations.Log2((uint)ordinal) - _firstLog;
        return (doublings + 1, ordinal - (_firstBlock << doublings));
    }

    int Find(ReadOnlySpan<string> values, ulong hash)
    {
        var slots = Volatile.Read(ref _slots);
        uint mask = (uint)slots.Length - 1;
        for (uint i = (uint)(hash >> 32) & mask; ; i = (i + 1) & mask)
        {
            ulong slot = Volatile.Read(ref slots[i]); // I2: what the slot points to was written before it
            if (slot == 0) return -1;
            if ((slot ^ hash) >> 32 != 0) continue;
            int ordinal = (int)(uint)slot - 1;
            var (number, at) = Locate(ordinal);
            if (Volatile.Read(ref _blocks)[number].Labels.ValuesAt(at).SequenceEqual(values)) return ordinal;
        }
    }

    void Publish(ulong hash, int ordinal)
    {
        if ((ordinal + 1) * 4 > _slots.Length * 3)
        {
            var grown = new ulong[_slots.Length * 2];
            foreach (ulong slot in _slots)
            {
                if (slot != 0) grown[FreeSlot(grown, slot)] = slot;
            }
            Volatile.Write(ref _slots, grown);
        }
        ulong entry = hash >> 32 << 32 | (uint)(ordinal + 1);
        Volatile.Write(ref _slots[FreeSlot(_slots, entry)], entry); // I2: labels before the slot
    }

    static uint FreeSlot(ulong[] slots, ulong entry)
    {
        uint mask = (uint)slots.Length - 1, i = (uint)(entry >> 32) & mask;
        while (slots[i] != 0) i = (i + 1) & mask;
        return i;
    }

    /// <summary>The runtime's hash of strings is seeded per process, so nobody can choose labels that collide.</summary>
    static ulong Hash(ReadOnlySpan<string> values)
    {
        ulong hash = 0;
        foreach (string value in values) hash = (hash ^ (uint)value.GetHashCode()) * 0x9E3779B97F4A7C15 + (hash >> 29);
        return hash;
    }
}
