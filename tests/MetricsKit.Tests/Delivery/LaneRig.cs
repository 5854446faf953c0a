using System.Collections.Concurrent;
using MetricsKit.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetricsKit.Tests.Delivery;

/// <summary>A lane of numbers whose destination does what a test says, and everything that can be seen of it from outside.</summary>
sealed class LaneRig
{
    /// <summary>Of the lane's jitter, so that a test knows each pause to the tick.</summary>
    public const int Seed = 4711;

    static readonly DeliveryOptions Roomy = new(1000, 1_000_000, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5));

    public LaneRig(Func<int, CancellationToken, ValueTask> deliver, DeliveryOptions? options = null, TimeProvider? time = null, Microsoft.Extensions.Logging.ILogger? logger = null, Func<CancellationToken, ValueTask>? last = null) =>
        Lane = new("The rig", options ?? Roomy, (item, token) =>
        {
            Attempted.Enqueue(item);
            return deliver(item, token);
        }, static fault => fault is RefusedException refused ? refused.Weight : null, (item, reusable) => Released.Enqueue((item, reusable)), time ?? TimeProvider.System, logger ?? NullLogger.Instance, last, new(Seed));

    public DeliveryLane<int> Lane { get; }

    public ConcurrentQueue<int> Attempted { get; } = new();

    public ConcurrentQueue<(int Item, bool Reusable)> Released { get; } = new();

    public DeliveryLedger Ledger => Lane.Ledger;

    public void Post(params ReadOnlySpan<int> items)
    {
        foreach (int item in items) Lane.Post(item, 1, 10);
    }

    /// <summary>Waits until an attempt is under way, on its worker.</summary>
    public Task InFlightAsync() => Eventually.BecomesAsync(() => Ledger is { InFlight: > 0 } now && Attempted.Count == now.Attempts, Threads.Patience, "an attempt is under way");

    /// <summary>Waits until so many attempts have failed.</summary>
    public Task FailedAsync(long failures) => Eventually.BecomesAsync(() => Ledger.Failures == failures, Threads.Patience, $"{failures} attempts have failed");

    /// <summary>Waits until so many items have been released.</summary>
    public Task SettledAsync(int released) => Eventually.BecomesAsync(() => Released.Count == released, Threads.Patience, $"{released} items are released");

    public Task<bool> FlushAsync() => Lane.FlushAsync(Threads.Patience, default).AsTask();
}

/// <summary>What a destination throws that took an item but for some of its weight.</summary>
sealed class RefusedException(int weight) : Exception("Refused.")
{
    public int Weight => weight;
}
