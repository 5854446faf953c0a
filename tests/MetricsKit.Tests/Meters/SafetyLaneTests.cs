using System.Diagnostics.Metrics;
using System.Globalization;
using MetricsKit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MetricsKit.Tests.Meters;

/// <summary>A safety event is counted before the call returns, whatever else is the matter.</summary>
public sealed class SafetyLaneTests
{
    [Fact]
    [Trait("Requirement", "S1-014")]
    public async Task EventOccurred_RecorderIsFull_IsCountedAllTheSame()
    {
        using ManualResetEventSlim gate = new();
        var stuck = SampleProcessors.Keep(_ =>
        {
            gate.Wait();
            return true;
        });
        await using var kit = TestKit.Start(static o => (o.Recorder.Capacity, o.Recorder.BlockSize) = (1024, 64), b => b.AddSampleProcessor(stuck));
        try
        {
            var series = kit.Services.GetRequiredService<IMetricRecorder>().Series("flood");
            int accepted = 0;
            while (series.Record(1)) Assert.True(++accepted <= 10_000);
            Assert.True(accepted >= 64);

            var safety = kit.Meter<SafetyMetrics>();
            for (int i = 1; i <= 1000; i++) safety.EventOccurred("door", Severity.Critical, "plc1", i);
            Assert.False(series.Record(1)); // it still is full
            Assert.Equal(1000, await kit.TotalAsync("safety.events", ("severity", "critical")));
        }
        finally { gate.Set(); }
    }

    [Fact]
    [Trait("Requirement", "S1-014")]
    [Trait("Invariant", "I8")]
    public async Task EventOccurred_PastTheLimitOfSeries_FoldsTheTypeAndNeverTheSeverity()
    {
        FakeTimeProvider time = new();
        await using var kit = TestKit.Start(static o => o.Instruments["safety.events"] = new() { MaxSeries = 1 }, time: time);
        var safety = kit.Meter<SafetyMetrics>();
        for (int i = 0; i < 100; i++) safety.EventOccurred(string.Create(CultureInfo.InvariantCulture, $"type{i}"), i % 4 == 0 ? Severity.Critical : Severity.Warning, "plc1", i);
        time.Advance(TimeSpan.FromSeconds(1.5));
        safety.EventOccurred("one more", Severity.Critical);

        var scrape = await kit.ScrapeAsync();
        double Of(string severity) => scrape.Samples.Where(s => s.Name == "safety_events_total" && s["severity"] == severity).Sum(static s => s.Value);
        Assert.Equal((26, 75), (Of("critical"), Of("warning")));
        Assert.Equal(time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0, scrape.Value("safety_last_event_timestamp_seconds", ("severity", "critical")));
        Assert.Equal(time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0 - 1.5, scrape.Value("safety_last_event_timestamp_seconds", ("severity", "warning")));
        Assert.DoesNotContain(scrape.Samples, static s => s.Name == "safety_last_event_timestamp_seconds" && s["severity"] == "info"); // never is not 1970
    }

    [Fact]
    public async Task EventOccurred_ListenerThrows_IsCountedAndTheCallReturns()
    {
        await using var kit = TestKit.Start();
        var mine = kit.Services.GetRequiredService<IMeterFactory>();
        var safety = kit.Meter<SafetyMetrics>();
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, me) => { if (instrument.Meter.Scope == mine && instrument.Meter.Name == "MetricsKit.Safety") me.EnableMeasurementEvents(instrument); };
        listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => throw new InvalidOperationException("not mine"));
        listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => throw new InvalidOperationException("not mine"));
        listener.Start();
        for (int i = 1; i <= 10; i++) safety.EventOccurred("door", Severity.Critical, "plc1", i * 2);

        Assert.Equal(10, await kit.TotalAsync("safety.events"));
        Assert.Equal(9, await kit.TotalAsync("safety.events.missed"));
        Assert.Equal(29, await kit.TotalAsync("metricskit.listener.errors")); // ten events, ten timestamps, nine gaps
    }

    [Fact]
    [Trait("Requirement", "S1-014")]
    public async Task EventOccurred_ManyThreadsWithTheSameNumbers_CountsEachRepetitionOnce()
    {
        const int Many = 4, Numbers = 300;
        await using var kit = TestKit.Start();
        var safety = kit.Meter<SafetyMetrics>();
        using Barrier together = new(Many);
        Threads.Run(Many, _ =>
        {
            for (int n = 1; n <= Numbers; n++)
            {
                together.SignalAndWait(); // so that all send the same number at once, and none runs ahead
                safety.EventOccurred("door", Severity.Warning, "plc1", n);
            }
        });

        Assert.Equal(Many * Numbers, await kit.TotalAsync("safety.events"));
        Assert.Equal((Many - 1) * Numbers, await kit.TotalAsync("safety.events.duplicated"));
        Assert.Equal((0, 0), (await kit.TotalAsync("safety.events.missed"), await kit.TotalAsync("safety.events.late")));
    }

    [Fact]
    [Trait("Requirement", "S1-014")]
    public async Task EventOccurred_ManyThreadsOfOneSource_LosesAndInventsNothing()
    {
        const int Many = 4, Numbers = 50_000, Lag = SequenceWindow.Size - 8, Apart = 16; // so that no two threads write into one line of the cache
        await using var kit = TestKit.Start();
        var safety = kit.Meter<SafetyMetrics>();
        long taken = 0;
        var at = new long[Many * Apart];
        Threads.Run(Many, thread =>
        {
            ref long mine = ref at[thread * Apart];
            while (true)
            {
                Volatile.Write(ref mine, Volatile.Read(ref taken) + 1); // before a number is taken, that it will not be less
                long number = Interlocked.Increment(ref taken);
                Volatile.Write(ref mine, number > Numbers ? long.MaxValue : number);
                if (number > Numbers) return;
                // A thread that the system stopped stays within the window of the others.
                SpinWait spin = default;
                while (number - Oldest() > Lag) spin.SpinOnce();
                safety.EventOccurred("door", Severity.Warning, "plc1", number);
            }
        });

        long Oldest()
        {
            long oldest = long.MaxValue;
            for (int thread = 0; thread < Many; thread++) oldest = Math.Min(oldest, Volatile.Read(ref at[thread * Apart]));
            return oldest;
        }

        Assert.Equal(Numbers, await kit.TotalAsync("safety.events"));
        Assert.Equal(await kit.TotalAsync("safety.events.late"), await kit.TotalAsync("safety.events.missed"));
        Assert.Equal((0, 0), (await kit.TotalAsync("safety.events.duplicated"), await kit.TotalAsync("safety.events.unchecked")));
    }

    [Fact]
    public async Task EventOccurred_ManySourcesAtOnce_KeepsThemApart()
    {
        const int Many = 4, Numbers = 2000;
        await using var kit = TestKit.Start();
        var safety = kit.Meter<SafetyMetrics>();
        Threads.Run(Many, thread =>
        {
            string source = string.Create(CultureInfo.InvariantCulture, $"plc{thread}");
            for (int n = 1; n <= Numbers; n++)
            {
                if (n % 10 == 0) n += thread; // so many are lost each time
                safety.EventOccurred("door", Severity.Info, source, n);
            }
        });

        using var snapshot = await kit.SnapshotAsync();
        for (int thread = 0; thread < Many; thread++)
        {
            long sent = 0, last = 0;
            for (int n = 1; n <= Numbers; n++)
            {
                if (n % 10 == 0) n += thread;
                (sent, last) = (sent + 1, n);
            }
            Assert.Equal(last - sent, snapshot.Total("safety.events.missed", ("source", string.Create(CultureInfo.InvariantCulture, $"plc{thread}"))));
        }
        Assert.Equal(0, snapshot.Total("safety.events.duplicated") + snapshot.Total("safety.events.late") + snapshot.Total("safety.events.unchecked"));
    }

    [Fact]
    public async Task EventOccurred_MoreSourcesThanAreChecked_CountsEachEventAndSaysSo()
    {
        await using var kit = TestKit.Start();
        var safety = kit.Meter<SafetyMetrics>();
        for (int i = 0; i < SafetySources.MaxSources + 10; i++)
        {
            string source = string.Create(CultureInfo.InvariantCulture, $"plc{i}");
            safety.EventOccurred("door", Severity.Info, source, 1);
            safety.EventOccurred("door", Severity.Info, source, 3);
        }
        Assert.Equal(2 * (SafetySources.MaxSources + 10), await kit.TotalAsync("safety.events"));
        Assert.Equal(SafetySources.MaxSources, await kit.TotalAsync("safety.events.missed"));
        Assert.Equal(1, await kit.TotalAsync("safety.events.missed", ("source", "plc" + (SafetySources.MaxSources - 1).ToString(CultureInfo.InvariantCulture))));
        Assert.Equal(20, await kit.TotalAsync("safety.events.unchecked"));
    }

    [Fact]
    public async Task EventOccurred_FirstOfASource_PublishesItsLossesAtZero()
    {
        await using var kit = TestKit.Start();
        kit.Meter<SafetyMetrics>().EventOccurred("door", Severity.Info, "plc1", 4711);
        foreach (string name in new[] { "missed", "late", "duplicated" }) Assert.Equal(0, await kit.ValueAsync("safety.events." + name, ("source", "plc1")));
    }

    [Fact]
    public async Task EventOccurred_InSteadyState_AllocatesNothing()
    {
        await using var kit = TestKit.Start();
        var safety = kit.Meter<SafetyMetrics>();
        long number = 0;
        void Send(int events)
        {
            for (int i = 0; i < events; i++) safety.EventOccurred("door", Severity.Critical, "plc1", number += 2);
        }
        Send(5000);
        Assert.Equal(0, Allocation.LeastOf(() => Send(5000)));
    }
}
