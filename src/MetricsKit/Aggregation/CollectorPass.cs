namespace MetricsKit;

/// <summary>Collectors that are to be called, each once, by one thread or by several that share them out.</summary>
sealed class CollectorPass(List<CollectorState> due, long began)
{
    readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _next, _left = due.Count;

    /// <summary>When the pass was asked for, in the monitor's ticks.</summary>
    internal long Began => began;

    /// <summary>Ends when every collector has returned or is not waited for any more.</summary>
    internal Task Done => _done.Task;

    /// <summary>Threads that take from the pass and are not given up; guarded by the monitor.</summary>
    internal int Threads;

    /// <summary>Looks after the pass until it ends.</summary>
    internal ITimer? Watch;

    internal bool HasMore => Volatile.Read(ref _next) < due.Count;

    /// <summary>How many had their turn, the latest perhaps still in it.</summary>
    internal int Begun => Math.Min(Volatile.Read(ref _next), due.Count);

    internal CollectorState At(int turn) => due[turn];

    internal CollectorState? Take()
    {
        int turn = Interlocked.Increment(ref _next) - 1;
        return turn < due.Count ? due[turn] : null;
    }

    /// <summary>Those that had no turn yet, taken away from whoever runs the pass.</summary>
    internal List<CollectorState> TakeRest()
    {
        int next = Interlocked.Exchange(ref _next, due.Count);
        return next < due.Count ? due[next..] : [];
    }

    /// <summary>So many collectors are not waited for any more, since they have returned or will not in time; true for who was the last.</summary>
    internal bool Finish(int turns)
    {
        if (turns == 0 || Interlocked.Add(ref _left, -turns) != 0) return false;
        End();
        return true;
    }

    internal void End() => _done.TrySetResult();
}
