using System.Collections.Concurrent;
using MetricsKit.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace MetricsKit.Tests.Delivery;

/// <summary>D1, D3 and D6 under fire: many who post and read, a destination that fails, refuses, dawdles and hangs.</summary>
public sealed class LaneStressTests : IDisposable
{
    const int Posters = 4, Burst = 50, HeaviestShot = 3;

    // Seconds of work in small steps, each of which waits for its turn of the processor: on a machine with many others it takes minutes.
    static readonly TimeSpan _patience = TimeSpan.FromMinutes(4);

    readonly ManualResetEventSlim _release = new();
    readonly ConcurrentQueue<(Shot Item, bool Reusable)> _released = new();

    [Theory]
    [InlineData(1, 1_500, 1 << 20)] // everything fits: nothing may be lost but what is refused
    [InlineData(2, 20_000, 60)] // most is pushed out, and counted
    public async Task Lane_UnderFire_AccountsForEveryItemAtEveryRead(int seed, int items, int maxWeight)
    {
        HostileDestination destination = new(seed, _release);
        DeliveryLane<Shot> lane = new("The lane", new(maxWeight, 1 << 30, TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(5)), destination.Deliver,
            static fault => fault is RefusedException refused ? refused.Weight : null, (item, reusable) => _released.Enqueue((item, reusable)), TimeProvider.System, NullLogger.Instance, random: new(seed));
        using CancellationTokenSource reading = new();
        var reader = Background.Run(() => Read(lane, reading.Token), _patience);
        await Background.Run(() =>
        {
            Threads.Run(Posters, poster => Post(lane, poster, items, paced: maxWeight < items));
            return true;
        }, _patience);
        bool isWhole = await lane.FlushAsync(_patience, default);
        await reading.CancelAsync();
        Assert.Equal(0, await reader);
        await lane.StopAsync(_patience).WaitAsync(_patience);

        var ledger = lane.Ledger;
        Assert.Equal((0L, 0L, 0L, 0L), (ledger.Imbalance, ledger.Queued, ledger.QueuedBytes, ledger.InFlight));
        Assert.Equal(Shots(items), _released.Select(static r => r.Item).OrderBy(static s => (s.Poster, s.Number))); // each exactly once
        Assert.Equal(Shots(items).Sum(static s => (long)s.Weight), ledger.Posted);
        Assert.Equal(ledger.Refused == 0 && ledger.Dropped == 0, isWhole);
        // A call that a slow machine made late and that was given up may have been taken all the same: that much is in doubt, beside the hang on purpose.
        long doubt = HeaviestShot * (ledger.Hung + ledger.Late - 1);
        Assert.InRange(destination.Taken.Sum(static taken => (long)taken.Value), ledger.Delivered, ledger.Delivered + doubt);
        AssertOrder(destination.FirstAttempts);

        // The run must have met what it is about.
        Assert.True(ledger is { Failures: > 10, Timeouts: > 1, Refused: > 0, Delivered: > 1000 } && destination.Hangs > 0 && _released.Any(static r => !r.Reusable), $"{ledger}");
        Assert.Equal(maxWeight < items, ledger.DroppedQueueFull > 0);
        _release.Set();
        await Eventually.BecomesAsync(() => lane.Ledger.Hung == 0, Threads.Patience, "what hung has come back");
        Assert.Equal(ledger.Delivered, lane.Ledger.Delivered);
    }

    public void Dispose() => _release.Set();

    static IEnumerable<Shot> Shots(int items) => Enumerable.Range(0, Posters).SelectMany(poster => Enumerable.Range(0, items).Select(number => new Shot(poster, number)));

    /// <summary>Posts in bursts; paced, each waits for an attempt, so that the destination has its turn before all is over.</summary>
    static void Post(DeliveryLane<Shot> lane, int poster, int items, bool paced)
    {
        for (int number = 0; number < items; number++)
        {
            Shot shot = new(poster, number);
            lane.Post(shot, shot.Weight, number % 50);
            if (!paced || number % Burst != 0) continue;
            long before = lane.Ledger.Attempts;
            SpinWait.SpinUntil(() => lane.Ledger.Attempts > before, Threads.Patience);
        }
    }

    /// <summary>How many ledgers did not add up.</summary>
    static int Read(DeliveryLane<Shot> lane, CancellationToken token)
    {
        int wrong = 0;
        DeliveryLedger before = default;
        while (!token.IsCancellationRequested)
        {
            var now = lane.Ledger;
            if (now.Imbalance != 0 || now.Queued < 0 || now.Posted < before.Posted || now.Delivered < before.Delivered || now.Dropped < before.Dropped || now.Attempts < before.Attempts) wrong++;
            before = now;
            Thread.Yield();
        }
        return wrong;
    }

    static void AssertOrder(List<Shot> attempts)
    {
        foreach (var lane in attempts.GroupBy(static shot => shot.Poster)) Assert.Equal(lane.Select(static shot => shot.Number).Order(), lane.Select(static shot => shot.Number));
    }
}
