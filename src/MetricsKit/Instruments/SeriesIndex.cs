namespace MetricsKit;

/// <summary>The series of one table by their label values: blocks in the order in which they were made, and a hash table that readers search without a lock.</summary>
/// <remarks>
/// I2: entries, labels and blocks are written before the slot or the count that makes them visible. Nothing is ever taken out: when series leave, the table gets another index (I7).
/// I10: the full hash is seeded per process and never decides: strings are compared.
/// </remarks>
sealed class SeriesIndex(BlockLayout layout)
{
    // Written under the table's lock.
    SeriesBlock[] _blocks = [];
    LabelPage[] _pages = [];
    ulong[] _slots = new ulong[4]; // the upper half of a slot is the hash's, the lower the ordinal plus one; 0 is empty
    int _blockCount, _count;

    internal int Count => Volatile.Read(ref _count);

    internal ReadOnlySpan<SeriesBlock> Blocks
    {
        get
        {
            int count = Volatile.Read(ref _blockCount); // I2: the count before the array that holds at least as many
            return Volatile.Read(ref _blocks).AsSpan(0, count);
        }
    }

    /// <summary>The labels of the blocks, in the same order; behind them nothing.</summary>
    internal LabelPage[] Pages => Volatile.Read(ref _pages);

    /// <summary>The runtime's hash of strings is seeded per process, so nobody can choose labels that collide.</summary>
    internal static ulong Hash(ReadOnlySpan<string> values)
    {
        ulong hash = 0;
        foreach (string value in values) hash = (hash ^ (uint)value.GetHashCode()) * 0x9E3779B97F4A7C15 + (hash >> 29);
        return hash;
    }

    /// <summary>The ordinal of the series, or -1.</summary>
    internal int Find(ReadOnlySpan<string> values, ulong hash)
    {
        var slots = Volatile.Read(ref _slots);
        uint mask = (uint)slots.Length - 1;
        for (uint i = (uint)(hash >> 32) & mask; ; i = (i + 1) & mask)
        {
            ulong slot = Volatile.Read(ref slots[i]); // I2: what the slot points to was written before it
            if (slot == 0) return -1;
            if ((slot ^ hash) >> 32 != 0) continue;
            int ordinal = (int)(uint)slot - 1;
            var (number, at) = layout.Locate(ordinal);
            if (Volatile.Read(ref _blocks)[number].Labels.ValuesAt(at).SequenceEqual(values)) return ordinal;
        }
    }

    internal SeriesPlace PlaceOf(int ordinal)
    {
        var (number, at) = layout.Locate(ordinal);
        var block = Volatile.Read(ref _blocks)[number];
        return new(block, at, block.Cells is { } cells ? cells.Start + at * layout.Run : ordinal);
    }

    /// <summary>The shared cell of a gauge.</summary>
    internal ref double ValueAt(int ordinal)
    {
        var (number, at) = layout.Locate(ordinal);
        return ref Volatile.Read(ref _blocks)[number].Values![at];
    }

    /// <summary>Appends a series. The caller holds the table's lock.</summary>
    /// <param name="values">Its labels.</param>
    /// <param name="hash">Their hash.</param>
    /// <param name="make">Makes a block of a capacity.</param>
    internal SeriesPlace Append(ReadOnlySpan<string> values, ulong hash, Func<int, SeriesBlock> make)
    {
        int ordinal = _count;
        var (number, at) = layout.Locate(ordinal);
        if (number == _blockCount) Append(make(layout.CapacityOf(number)));
        _blocks[number].Labels.Put(at, values);
        Publish(hash, ordinal);
        return PlaceOf(ordinal);
    }

    /// <summary>The same series without those that have gone, for blocks of one series. The caller holds the table's lock.</summary>
    internal SeriesIndex WithoutGone()
    {
        SeriesIndex rest = new(layout);
        foreach (var block in Blocks)
        {
            if (block.Cells!.State == SeriesState.Gone) continue;
            rest.Append(block);
            rest.Publish(Hash(block.Labels.ValuesAt(0)), rest._count);
        }
        return rest;
    }

    void Append(SeriesBlock block)
    {
        if (_blockCount == _blocks.Length)
        {
            var blocks = new SeriesBlock[Math.Max(1, _blockCount * 2)];
            var pages = new LabelPage[blocks.Length];
            _blocks.CopyTo(blocks, 0);
            _pages.CopyTo(pages, 0);
            Volatile.Write(ref _blocks, blocks); // I2: a reader sees the copied entries before the array
            Volatile.Write(ref _pages, pages); // I2
        }
        Volatile.Write(ref _pages[_blockCount], block.Labels);
        Volatile.Write(ref _blocks[_blockCount], block);
        Volatile.Write(ref _blockCount, _blockCount + 1); // I2: the block before the count
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
        Volatile.Write(ref _count, ordinal + 1); // I2: who sees the count sees labels and block
    }

    static uint FreeSlot(ulong[] slots, ulong entry)
    {
        uint mask = (uint)slots.Length - 1, i = (uint)(entry >> 32) & mask;
        while (slots[i] != 0) i = (i + 1) & mask;
        return i;
    }
}
