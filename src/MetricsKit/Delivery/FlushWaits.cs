namespace MetricsKit;

/// <summary>Those who wait until everything that was posted before them has left a lane. Its owner locks.</summary>
/// <remarks>
/// A flush that ends false has told of every loss it knew: those during it, and those before it that no flush had told of. So each loss is
/// told by at least one flush, and one drop does not turn every later flush false for ever; the ledger keeps the sum.
/// </remarks>
sealed class FlushWaits
{
    readonly List<Wait> _waits = [];
    long _losses, _told;

    internal bool Any => _waits.Count > 0;

    /// <summary>Begins a wait for everything up to a sequence.</summary>
    internal Wait Begin(long upTo)
    {
        Wait wait = new(upTo, _losses, IsLossy: _losses > _told);
        _waits.Add(wait);
        return wait;
    }

    /// <summary>A parcel was dropped, or refused in part.</summary>
    internal void Lost(long sequence)
    {
        _losses++;
        foreach (var wait in _waits)
        {
            if (sequence <= wait.UpTo) wait.Lose();
        }
    }

    /// <summary>Ends the waits for everything older than what is the oldest now.</summary>
    internal void Advance(long oldest)
    {
        for (int i = _waits.Count - 1; i >= 0; i--)
        {
            if (_waits[i].UpTo < oldest) End(_waits[i], inTime: true);
        }
    }

    /// <summary>Ends a wait whose time is over, if it has not ended.</summary>
    internal void GiveUp(Wait wait)
    {
        if (_waits.Contains(wait)) End(wait, inTime: false);
    }

    /// <summary>Ends a wait that nobody will hear the answer of.</summary>
    internal void Forget(Wait wait) => _waits.Remove(wait);

    void End(Wait wait, bool inTime)
    {
        _waits.Remove(wait);
        bool delivered = inTime && !wait.IsLossy;
        if (!delivered) _told = Math.Max(_told, wait.Known);
        wait.Answer(delivered);
    }

    /// <summary>One flush.</summary>
    internal sealed class Wait(long upTo, long known, bool IsLossy)
    {
        readonly TaskCompletionSource<bool> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal long UpTo => upTo;

        /// <summary>How many losses its answer tells of.</summary>
        internal long Known { get; private set; } = known;

        internal bool IsLossy { get; private set; } = IsLossy;

        internal Task<bool> Answered => _answer.Task;

        internal void Lose()
        {
            Known++;
            IsLossy = true;
        }

        internal void Answer(bool delivered) => _answer.TrySetResult(delivered);
    }
}
