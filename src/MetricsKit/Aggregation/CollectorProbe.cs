namespace MetricsKit;

/// <summary>Has a quarantined collector called now and then, ever less often.</summary>
sealed class CollectorProbe : IDisposable
{
    /// <summary>How long the first call waits; each further one twice as long.</summary>
    internal static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait: chosen so that whoever has mended a callback sees it within a minute.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    readonly ITimer _timer;
    TimeSpan _pause = First;

    internal CollectorProbe(Func<Action, TimeSpan, TimeSpan, ITimer> makeTimer, Action call) => _timer = makeTimer(() => Fire(call), First, Timeout.InfiniteTimeSpan);

    public void Dispose() => _timer.Dispose();

    void Fire(Action call)
    {
        call();
        _pause = _pause * 2 < Longest ? _pause * 2 : Longest;
        _timer.Change(_pause, Timeout.InfiniteTimeSpan); // a disposed timer stays silent
    }
}
