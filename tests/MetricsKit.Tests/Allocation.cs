namespace MetricsKit.Tests;

/// <summary>What a thread allocates when nothing is new to it any more.</summary>
static class Allocation
{
    /// <summary>The bytes of the round that allocated least on this thread: 0 as soon as one allocates nothing, or when it never does after a while.</summary>
    /// <remarks>
    /// One round proves nothing: code is compiled for good in the background, which takes the runtime ten times as long where it has one processor, and tests beside this
    /// one that end a host or a meter make every thread's caches forget, which costs an allocation when what was forgotten is resolved again.
    /// </remarks>
    internal static long LeastOf(Action round)
    {
        var time = TimeProvider.System;
        long began = time.GetTimestamp(), least = long.MaxValue;
        do
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            round();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        while (least > 0 && time.GetElapsedTime(began) < Threads.Patience);
        return least;
    }
}
