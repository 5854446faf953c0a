namespace MetricsKit;

/// <summary>One garbage collection that was seen.</summary>
/// <param name="Index">Its number in the process, from 1; the runtime counts up at the beginning of each.</param>
/// <param name="Pause">For how long all threads stood still; of a background collection, both pauses together.</param>
sealed record GarbageCollection(long Index, TimeSpan Pause)
{
    /// <summary>The last collection of a kind that has ended; its index is 0 when there was none.</summary>
    public static GarbageCollection Last(GCKind kind)
    {
        var info = GC.GetGCMemoryInfo(kind);
        var pause = TimeSpan.Zero;
        foreach (var part in info.PauseDurations)
            pause += part;
        return new GarbageCollection(info.Index, pause);
    }
}
