using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetricsKit.Stress;

/// <summary>Lanes of destinations that hang, that are down and that are well, side by side: each accounts for everything, and none holds up another.</summary>
static class DeliveryLanes
{
    const int HungLanes = 5, Posters = 4, Weight = 100;

    static readonly TimeSpan Flush = TimeSpan.FromSeconds(1), Budget = TimeSpan.FromSeconds(1);

    public static void Run(StressLedger ledger, Effort effort)
    {
        ledger.Says("ns for a post that pushes out, the best of 200 rounds", PostNanoseconds());
        int items = effort.Of(50_000, 2_000_000);
        using ManualResetEventSlim release = new();
        long[] taken = new long[2], released = new long[HungLanes + 2];
        int attempts = 0;
        List<DeliveryLane<int>> lanes = [];
        for (int number = 0; number < HungLanes; number++) lanes.Add(Lane(released, number, (_, _) => Hang(release), _ => Hang(release)));
        lanes.Add(Lane(released, HungLanes, (_, _) => Take(ref taken[0])));
        lanes.Add(Lane(released, HungLanes + 1, (_, _) => ++attempts % 7 < 3 ? throw new IOException("Down.") : Take(ref taken[1])));
        var (well, down) = (lanes[^2], lanes[^1]);

        long wrong = 0, reads = 0;
        using ManualResetEventSlim ended = new();
        Thread reader = new(() =>
        {
            for (; !ended.IsSet; reads++) wrong += lanes.Count(static lane => lane.Ledger.Imbalance != 0);
        });
        reader.Start();
        Lanes.Together(Posters, poster =>
        {
            for (int item = poster; item < items; item += Posters)
            {
                foreach (var lane in lanes) lane.Post(item, Weight, Weight * 24);
            }
        });
        long began = Stopwatch.GetTimestamp();
        bool[] flushed = Task.WhenAll(lanes.Take(HungLanes).Select(static lane => lane.FlushAsync(Flush, default).AsTask())).GetAwaiter().GetResult();
        Timed(ledger, effort, "ms of a flush of 1 s while the destination hangs", began, Flush.TotalMilliseconds + 100);
        ledger.Equals("lanes that hang and say that they are flushed", flushed.Count(static f => f), 0);
        ledger.Equals("the healthy lane says that it lost nothing", well.FlushAsync(TimeSpan.FromMinutes(1), default).AsTask().GetAwaiter().GetResult() ? 1 : 0, well.Ledger.Dropped == 0 ? 1 : 0);

        began = Stopwatch.GetTimestamp();
        Task.WhenAll(lanes.Select(static lane => lane.StopAsync(Budget))).GetAwaiter().GetResult();
        Timed(ledger, effort, "ms of a stop with a budget of 1 s, all lanes together", began, Budget.TotalMilliseconds + 500);
        ended.Set();
        reader.Join();
        Account(ledger, lanes, released, items);
        ledger.Equals("what the healthy destination took", taken[0], well.Ledger.Delivered);
        ledger.Equals("what the destination that is down now and then took", taken[1], down.Ledger.Delivered);
        ledger.AtLeast("failures of the latter", down.Ledger.Failures, 1);
        ledger.Equals("ledgers that did not add up while it went on", wrong, 0);
        ledger.AtLeast("rounds of reading them", reads, 2);
        release.Set();
        SpinWait.SpinUntil(() => lanes.TrueForAll(static lane => lane.Ledger.Hung == 0), TimeSpan.FromMinutes(1));
        ledger.Equals("calls that hang still when they may return", lanes.Sum(static lane => lane.Ledger.Hung), 0);
    }

    static double PostNanoseconds()
    {
        const int Rounds = 200, Posts = 10_000;
        using ManualResetEventSlim release = new();
        var lane = Lane(new long[1], 0, (_, _) => Hang(release));
        double best = double.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long began = Stopwatch.GetTimestamp();
            for (int item = 0; item < Posts; item++) lane.Post(item, Weight, Weight * 24);
            best = Math.Min(best, Stopwatch.GetElapsedTime(began).TotalNanoseconds / Posts);
        }
        release.Set();
        lane.StopAsync(TimeSpan.Zero).GetAwaiter().GetResult();
        return Math.Round(best);
    }

    static void Account(StressLedger ledger, List<DeliveryLane<int>> lanes, long[] released, int items)
    {
        for (int number = 0; number < lanes.Count; number++)
        {
            var end = lanes[number].Ledger;
            string name = lanes[number].Name;
            ledger.Equals($"{name}: posted", end.Posted, (double)items * Weight);
            ledger.Equals($"{name}: delivered and dropped", end.Delivered + end.Dropped, (double)items * Weight);
            ledger.Equals($"{name}: released", released[number], items);
            ledger.Says($"{name}: delivered", end.Delivered);
        }
    }

    /// <summary>A bar on time only where somebody asked for the long version by name, on a machine that he chose.</summary>
    static void Timed(StressLedger ledger, Effort effort, string what, long began, double most)
    {
        double milliseconds = Math.Round(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        if (effort.IsLong) ledger.AtMost(what, milliseconds, most);
        else ledger.Says(what, milliseconds);
    }

    static DeliveryLane<int> Lane(long[] released, int number, Func<int, CancellationToken, ValueTask> deliver, Func<CancellationToken, ValueTask>? last = null) =>
        new($"lane {number}", new(262_144, 64 << 20, TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(20)), deliver, static _ => null, (_, _) => Interlocked.Increment(ref released[number]), TimeProvider.System, NullLogger.Instance, last);

    static ValueTask Take(ref long taken)
    {
        taken += Weight;
        return default;
    }

    static ValueTask Hang(ManualResetEventSlim release)
    {
        release.Wait(CancellationToken.None);
        return default;
    }
}
