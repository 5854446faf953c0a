namespace MetricsKit;

/// <summary>The slow side of the cache: tables by lane, and what is put into them and taken out.</summary>
static class TagTables<TSlot> where TSlot : struct, ITagSlot<TSlot>
{
    /// <summary>The table of a lane; made, or doubled when it is no longer sparse, so that nearly every look-up ends at the first slot.</summary>
    internal static TSlot[] Of(ref TSlot[]?[] tables, int lane, int kept, int most, Lock publishing)
    {
        var all = Volatile.Read(ref tables);
        if (lane < all.Length && all[lane] is { } there && (kept * 8 < there.Length || there.Length >= most)) return there;
        lock (publishing) // I7: a table is not copied while slots are taken out of it
        {
            if (lane >= tables.Length)
            {
                var longer = new TSlot[]?[Math.Max(lane + 1, tables.Length * 2)];
                tables.CopyTo(longer, 0);
                Volatile.Write(ref tables, longer); // I2
            }
            var before = tables[lane];
            var table = new TSlot[before is null ? TagCache.First : before.Length * 2];
            for (int i = 0; i < before?.Length; i++) // by number, here and below: the code of spans of a structure is compiled at each start
            {
                ref var slot = ref before[i];
                if (TSlot.CallOf(ref slot).Cells is not null) Put(table, slot);
            }
            Volatile.Write(ref tables[lane], table); // I2
            return table;
        }
    }

    // The newest is found first; what it displaces moves to the second slot of the set.
    internal static void Put(TSlot[] table, TSlot slot)
    {
        int at = (int)(TSlot.CallOf(ref slot).Hash << 1 & (uint)(table.Length - 1));
        table[at | 1] = table[at];
        table[at] = slot;
        Settle(ref table[at | 1]);
        Settle(ref table[at]);
    }

    internal static void Forget(TSlot[]?[] tables)
    {
        foreach (var table in tables)
        {
            for (int i = 0; i < table?.Length; i++)
            {
                ref var call = ref TSlot.CallOf(ref table[i]);
                // What the owner puts in between the look and the write is lost with it, which costs a look-up and nothing else.
                if (Volatile.Read(ref call.Cells) is { State: not SeriesState.Present }) call.Cells = null; // I7
            }
        }
    }

    static void Settle(ref TSlot slot)
    {
        ref var call = ref TSlot.CallOf(ref slot);
        if (call.Cells is not { } cells) return;
        if (cells.IsRecyclable) Interlocked.MemoryBarrier(); // I7: the slot before the look at the state; who forgets does the two in the other order
        if (cells.State != SeriesState.Present) call.Cells = null;
    }
}
