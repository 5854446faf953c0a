namespace MetricsKit;

/// <summary>A slot of a thread's cache.</summary>
interface ITagSlot<TSelf> where TSelf : struct, ITagSlot<TSelf>
{
    /// <summary>The part that all slots have.</summary>
    static abstract ref TagSlot CallOf(ref TSelf slot);
}

/// <summary>One remembered call with up to two open tags.</summary>
struct TagSlot : ITagSlot<TagSlot>
{
    internal string? A, B;

    /// <summary>Null when the slot is empty, or when its series was about to leave (I7).</summary>
    internal CellRun? Cells;

    /// <summary>The thread's own chunk with these cells, which never moves (I2); null for gauges, and where there is no room for one (I6).</summary>
    internal CellChunk? Chunk;

    internal uint Hash;
    internal int Owner, Index, Closed;

    public static ref TagSlot CallOf(ref TagSlot slot) => ref slot;
}

/// <summary>One remembered call with three or four open tags.</summary>
struct WideTagSlot : ITagSlot<WideTagSlot>
{
    internal TagSlot Call;
    internal string? C, D;

    public static ref TagSlot CallOf(ref WideTagSlot slot) => ref slot.Call;
}
