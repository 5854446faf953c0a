using System.Collections.Concurrent;

namespace MetricsKit.Tests.Delivery;

/// <summary>One item of a run under fire.</summary>
readonly record struct Shot(int Poster, int Number)
{
    /// <summary>1 to 3.</summary>
    public int Weight => 1 + (Number % 3);
}

/// <summary>Takes most of what comes, and does with the rest what destinations do: fails at once or later, refuses a part, ignores its deadline until cancelled, hangs once.</summary>
sealed class HostileDestination(int seed, ManualResetEventSlim release)
{
    const int MostCancelled = 10; // each costs a deadline

    readonly Lock _lock = new();
    readonly Random _random = new(seed);
    readonly HashSet<Shot> _seen = [];
    int _cancelled, _hangs;

    /// <summary>What it acknowledged, by weight.</summary>
    public ConcurrentDictionary<Shot, int> Taken { get; } = new();

    /// <summary>In the order in which they came for the first time.</summary>
    public List<Shot> FirstAttempts { get; } = [];

    public int Hangs => _hangs;

    public ValueTask Deliver(Shot shot, CancellationToken token)
    {
        int fate;
        lock (_lock)
        {
            if (_seen.Add(shot)) FirstAttempts.Add(shot);
            fate = _random.Next(200);
        }
        return fate switch
        {
            < 4 => throw new IOException("Down."),
            < 6 => FailLaterAsync(),
            < 8 => Refuse(shot),
            8 when Interlocked.Increment(ref _cancelled) <= MostCancelled => CancelledAsync(token),
            9 when Interlocked.Increment(ref _hangs) == 1 => Hang(),
            < 20 => TakeLaterAsync(shot),
            _ => Take(shot),
        };
    }

    ValueTask Refuse(Shot shot)
    {
        Note(shot, 1);
        throw new RefusedException(1);
    }

    ValueTask Take(Shot shot)
    {
        Note(shot, 0);
        return default;
    }

    void Note(Shot shot, int refused) => Taken[shot] = shot.Weight - refused;

    async ValueTask TakeLaterAsync(Shot shot)
    {
        await Task.Yield();
        Note(shot, 0);
    }

    static async ValueTask FailLaterAsync()
    {
        await Task.Yield();
        throw new IOException("Down, and slow to say so.");
    }

    static async ValueTask CancelledAsync(CancellationToken token)
    {
        TaskCompletionSource never = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = token.Register(() => never.TrySetCanceled(token));
        await never.Task;
    }

    ValueTask Hang()
    {
        release.Wait(CancellationToken.None);
        return default;
    }
}
