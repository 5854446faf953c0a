using System.Diagnostics.Metrics;
using MetricsKit.Testing;
using MetricsKit.Tests.Collectors;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MetricsKit.Tests.Hosting;

/// <summary>What a configuration that changes while the host runs does at once, and what it says of the rest.</summary>
public sealed class HotConfigurationTests
{
    [Fact]
    public async Task Instrument_SwitchedOffAndOn_IsHiddenAndComesBackWithItsTotal()
    {
        await using HotRig hot = new();
        var lane = hot.Lane;
        var handle = lane.Open.Bind("a");
        void Record()
        {
            lane.Open.Add(1, "a");
            handle.Add(1);
            lane.Closed.Add(1, HotSide.Left);
            lane.Level.Set(5, "a");
            lane.Time.Record(1, "a");
        }
        Record();
        hot.Set(("Instruments:hot.*:Enabled", "false"));
        Record();
        Assert.Empty(await hot.NamesAsync());
        Assert.False(lane.Open.Enabled);
        hot.Set(("Instruments:hot.*:Enabled", null));
        Record();
        Assert.True(lane.Open.Enabled);
        Assert.Equal(6, await hot.Kit.ValueAsync("hot.open", ("tag", "a")));
        Assert.Equal(3, await hot.Kit.ValueAsync("hot.closed", ("side", "left")));
        Assert.Equal(5, await hot.Kit.ValueAsync("hot.level", ("tag", "a")));
        using var snapshot = await hot.Kit.SnapshotAsync();
        Assert.Equal(3, snapshot.Find("hot.time", ("tag", "a"))!.Value.Count);
        Assert.Empty(hot.Lines);
    }

    [Fact]
    [Trait("Invariant", "I7b")]
    public async Task Instrument_OffAtTheStart_CountsFromWhenItIsSwitchedOnAndAllCachesAreAskedAgain()
    {
        await using HotRig hot = new(("Instruments:hot.*:Enabled", "false"));
        var lane = hot.Lane;
        var handle = lane.Open.Bind("a");
        using HeldThread other = new();
        void Record()
        {
            lane.Open.Add(1, "a");
            lane.Pair.Add(1, "a", "b", "c");
            lane.Closed.Add(1, HotSide.Left);
            lane.Level.Set(5, "a");
            lane.Time.Record(1, "a");
        }
        Record(); // now both threads have the sink in their caches
        other.Do(Record);
        handle.Add(100);
        Assert.Empty(await hot.NamesAsync());

        hot.Set(("Instruments:hot.*:Enabled", "true"));
        using (var declared = await hot.Kit.SnapshotAsync())
        {
            Assert.Equal(0, declared.Find("hot.closed", ("side", "right"))!.Value.Value); // published at zero
            Assert.Equal(100, declared.Find("hot.open", ("tag", "a"))!.Value.Value);
        }
        Record();
        other.Do(Record);
        Record();
        Assert.Equal(103, await hot.Kit.ValueAsync("hot.open", ("tag", "a")));
        Assert.Equal(3, await hot.Kit.TotalAsync("hot.pair"));
        Assert.Equal(3, await hot.Kit.ValueAsync("hot.closed", ("side", "left")));
        Assert.Equal(5, await hot.Kit.ValueAsync("hot.level", ("tag", "a")));
        using var snapshot = await hot.Kit.SnapshotAsync();
        Assert.Equal(3, snapshot.Find("hot.time", ("tag", "a"))!.Value.Count);
        Assert.Equal(0, hot.Kit.Ledger.Read(LedgerEntry.PastLimit));
    }

    [Fact]
    [Trait("Invariant", "I2")]
    public async Task Instrument_SwitchedOnWhileThreadsRecord_LosesNothingBehindTheSwitchAndWritesIntoNoOther()
    {
        for (int round = 0; round < 20; round++)
        {
            await using HotRig hot = new(("Instruments:hot.open:Enabled", "false"), ("Instruments:hot.closed:Enabled", "false"));
            var lane = hot.Lane;
            var neighbour = lane.Time.Bind("untouched");
            using ManualResetEventSlim running = new(), ended = new();
            int after = 0;
            var recording = Task.Run(() => Threads.Run(2, number =>
            {
                running.Set();
                while (!ended.IsSet)
                {
                    lane.Open.Add(1, "a");
                    lane.Closed.Add(1, HotSide.Left);
                }
                for (int i = 0; i < 100; i++)
                {
                    lane.Open.Add(1_000_000_000_000, "a");
                    lane.Closed.Add(1_000_000_000_000, HotSide.Left);
                }
                Interlocked.Add(ref after, 100);
            }));
            running.Wait(Threads.Patience);
            hot.Set(("Instruments:hot.open:Enabled", "true"), ("Instruments:hot.closed:Enabled", "true"));
            ended.Set();
            await recording.WaitAsync(Threads.Patience);
            Assert.Equal(200, after);
            Assert.Equal(200, Math.Floor(await hot.Kit.TotalAsync("hot.open") / 1_000_000_000_000));
            Assert.Equal(200, Math.Floor(await hot.Kit.TotalAsync("hot.closed") / 1_000_000_000_000));
            using var snapshot = await hot.Kit.SnapshotAsync();
            Assert.Equal((0, 0), (snapshot.Find("hot.time", ("tag", "untouched"))!.Value.Count, snapshot.Find("hot.time", ("tag", "untouched"))!.Value.Sum));
            GC.KeepAlive(neighbour);
        }
    }

    [Fact]
    [Trait("Invariant", "I2")]
    public async Task Places_ThatCallsReadWhileTheInstrumentWasOff_AreNeverWrittenAgain()
    {
        await using HotRig hot = new(("Instruments:hot.closed:Enabled", "false"));
        var read = hot.Lane.Closed.Dense; // as a call has it that is on its way
        CellPlace[] before = [.. read];
        hot.Set(("Instruments:hot.closed:Enabled", "true"));
        for (int i = 0; i < read.Length; i++) Assert.Equal((before[i].Cells, before[i].Index), (read[i].Cells, read[i].Index));
        Assert.DoesNotContain(before[0].Cells, hot.Lane.Closed.Dense.Select(static p => p.Cells));
    }

    [Fact]
    public async Task Kit_SwitchedOffAndOn_ShowsItsOwnStateAloneAndThenEverything()
    {
        await using HotRig hot = new();
        hot.Lane.Open.Add(1, "a");
        hot.Set(("Enabled", "false"));
        var off = await hot.Kit.ScrapeAsync();
        Assert.Equal(["metricskit_enabled"], off.Samples.Select(static s => s.Name));
        Assert.Equal(0, off.Value("metricskit_enabled"));
        hot.Lane.Open.Add(1, "a");
        hot.Set(("Enabled", "true"));
        var on = await hot.Kit.ScrapeAsync();
        Assert.Equal((1, 2), (on.Value("metricskit_enabled"), on.Value("hot_open_total", ("tag", "a"))));
        Assert.Empty(hot.Lines);
    }

    [Fact]
    public async Task Kit_OffAtTheStart_IsSwitchedOnWithItsCollectorsAndSelectedMeters()
    {
        MemoryHostFiles machine = new();
        machine["proc/meminfo"] = Collectors.Proc.Samples.MemInfo;
        using Meter plain = new("Hot.Plain." + Guid.NewGuid().ToString("N"));
        var counter = plain.CreateCounter<long>("plain.calls");
        await using HotRig hot = new(machine, ("Enabled", "false"), ("Meters:0", plain.Name));
        counter.Add(1);
        Assert.Empty(await hot.NamesAsync());
        hot.Set(("Enabled", "true"));
        counter.Add(2);
        hot.Lane.Open.Add(3, "a");
        var scrape = await hot.Kit.ScrapeAsync();
        Assert.Equal((2, 3), (scrape.Value("plain_calls_total"), scrape.Value("hot_open_total", ("tag", "a"))));
        Assert.Equal(24683672L * 1024, scrape.Value("memory_total_bytes"));
        Assert.StartsWith("Warning: The kit was off when the host started", Assert.Single(hot.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Group_SwitchedOnAndNarrowed_IsFollowed()
    {
        MemoryHostFiles machine = new();
        machine["proc/meminfo"] = Collectors.Proc.Samples.MemInfo;
        await using HotRig hot = new(machine, ("Groups:System:Enabled", "false"));
        Assert.Null(await hot.Kit.ValueAsync("memory.total"));
        hot.Set(("Groups:System:Enabled", "true"), ("Groups:System:Metrics:0", "memory.total"));
        Assert.Equal(24683672L * 1024, await hot.Kit.ValueAsync("memory.total"));
        Assert.Null(await hot.Kit.ValueAsync("memory.usage"));
        hot.Set(("Groups:System:Metrics:0", "memory"));
        Assert.NotNull(await hot.Kit.ValueAsync("memory.usage"));
        Assert.Empty(hot.Lines);
    }

    [Fact]
    public async Task DerivedGauge_SwitchedOn_HasItsSourceMeasured()
    {
        FakeTimeProvider time = new();
        await using HotRig hot = new(time, ("Groups:Performance:Enabled", "false"));
        void Look()
        {
            hot.Kit.Meter<PerformanceMetrics>().CacheHit("robots");
            hot.Kit.Meter<PerformanceMetrics>().CacheMissed("robots");
        }
        Look();
        await hot.Kit.PassAsync();
        hot.Set(("Instruments:cache.hit.rate:Enabled", "true"));
        await hot.Kit.PassAsync();
        Look();
        await hot.Kit.PassAsync();
        Assert.Equal(0.5, await hot.Kit.ValueAsync("cache.hit.rate", ("cache_type", "robots")));
        Assert.Null(await hot.Kit.ValueAsync("cache.lookups", ("cache_type", "robots")));
    }

    [Fact]
    [Trait("Invariant", "I8")]
    public async Task Limits_RaisedAndLowered_HoldFromThenOn()
    {
        await using HotRig hot = new(("Instruments:hot.open:MaxSeries", "8"));
        for (int i = 0; i < 20; i++) hot.Lane.Open.Add(1, "before " + i);
        hot.Set(("Instruments:hot.open:MaxSeries", "100"));
        for (int i = 0; i < 20; i++) hot.Lane.Open.Add(1, "after " + i);
        Assert.Equal(1, await hot.Kit.ValueAsync("hot.open", ("tag", "after 19")));
        hot.Set(("Instruments:hot.open:MaxSeries", "8"));
        hot.Lane.Open.Add(1, "late");
        Assert.Null(await hot.Kit.ValueAsync("hot.open", ("tag", "late")));
        hot.Set(("Instruments:hot.open:MaxSeries", "100"), ("Limits:MaxSeries", "1"));
        hot.Lane.Open.Add(1, "later");
        Assert.Null(await hot.Kit.ValueAsync("hot.open", ("tag", "later")));
        hot.Set(("Limits:MaxSeries", "100000"));
        hot.Lane.Open.Add(1, "latest");
        Assert.Equal(1, await hot.Kit.ValueAsync("hot.open", ("tag", "latest")));
        Assert.Equal(43, await hot.Kit.TotalAsync("hot.open"));
    }

    [Fact]
    [Trait("Invariant", "I7")]
    public async Task TimeToLive_OfAnotherLength_HoldsAtOnceAndANewOneWaits()
    {
        FakeTimeProvider time = new();
        await using HotRig hot = new(time, ("Instruments:hot.open:TimeToLive", "10:00:00"));
        hot.Lane.Open.Add(1, "a");
        Assert.Equal(1, await hot.Kit.ValueAsync("hot.open", ("tag", "a")));
        hot.Set(("Instruments:hot.open:TimeToLive", "00:01:00"), ("Instruments:hot.time:TimeToLive", "00:01:00"));
        time.Advance(TimeSpan.FromMinutes(2));
        for (int i = 0; i < 3; i++) await hot.NamesAsync(); // it leaves with the second snapshot that finds it idle
        Assert.Null(await hot.Kit.ValueAsync("hot.open", ("tag", "a")));
        Assert.Equal("Warning: The configuration key MetricsKit:Instruments:hot.time:TimeToLive has changed, and takes effect at the next start of the host: a restart is needed.", Assert.Single(hot.Lines));
    }

    [Fact]
    public async Task OtherKeys_Changed_AreNamedOnceAndChangeNothing()
    {
        await using HotRig hot = new(("Instruments:hot.open:Name", "hot.renamed"), ("Prefix", "x"));
        hot.Set(("Instruments:hot.open:Name", "hot.other"), ("Prefix", "y"), ("Instruments:hot.open:TagKeys", ""), ("Derived:Window", "00:02:00"), ("Instruments:hot.time:Bounds:0", "1"));
        hot.Set(("Prefix", "z"));
        hot.Lane.Open.Add(1, "a");
        Assert.Equal(1, (await hot.Kit.ScrapeAsync()).Value("x_hot_renamed_total", ("tag", "a")));
        Assert.Equal(
            "Derived:Window Instruments:hot.open:Name Instruments:hot.open:TagKeys Instruments:hot.time:Bounds:0 Prefix".Split(' ')
                .Select(static key => $"Warning: The configuration key MetricsKit:{key} has changed, and takes effect at the next start of the host: a restart is needed."),
            hot.Lines);
        hot.Set(("Prefix", "x")); // as it was
        hot.Set(("Prefix", "y"));
        Assert.Equal(6, hot.Lines.Count);
    }

    [Fact]
    public async Task WrongConfiguration_IsNamedOnceWithAllFaultsAndChangesNothing()
    {
        await using HotRig hot = new();
        hot.Lane.Open.Add(1, "a");
        hot.Set(("Instruments:hot.open:Enabled", "false"), ("Limits:MaxSeries", "0"), ("Prefix", "9"));
        hot.Reload();
        Assert.Equal(1, await hot.Kit.ValueAsync("hot.open", ("tag", "a")));
        string line = Assert.Single(hot.Lines);
        Assert.StartsWith("Error: The changed configuration has faults and is not used; what was in force stays so. MetricsKit:Prefix is '9'", line, StringComparison.Ordinal);
        Assert.Contains("MetricsKit:Limits:MaxSeries is 0: it must be at least 1.", line, StringComparison.Ordinal);
        hot.Set(("Limits:MaxSeries", "10"), ("Prefix", null));
        Assert.Null(await hot.Kit.ValueAsync("hot.open", ("tag", "a")));
    }

    [Fact]
    public async Task UnknownKey_Added_IsNamedOnce()
    {
        await using HotRig hot = new(("Instruments:hot.open:Enabld", "true"));
        hot.Set(("Instruments:hot.open:Enabledd", "false"));
        hot.Set(("Instruments:hot.open:Enabledd", "true"));
        Assert.Equal(["MetricsKit:Instruments:hot.open:Enabld", "MetricsKit:Instruments:hot.open:Enabledd"], hot.Lines.Select(static l => l.Split(' ')[4]));
        Assert.All(hot.Lines, static l => Assert.Contains("is not known", l, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Code_AgainstAChange_StillWins()
    {
        await using HotRig hot = new(static o => o.Instruments["hot.open"] = new() { Enabled = true });
        hot.Lane.Open.Add(1, "a");
        hot.Set(("Instruments:hot.open:Enabled", "false"));
        Assert.Equal(1, await hot.Kit.ValueAsync("hot.open", ("tag", "a")));
    }

    [Fact]
    public async Task OtherSections_Reloaded_AskNobody()
    {
        int asked = 0;
        await using HotRig hot = new(_ => asked++);
        int before = asked;
        hot.Configuration["Logging:LogLevel"] = "Debug";
        hot.Reload();
        Assert.Equal(before, asked);
    }

    [Fact]
    public async Task Reload_AfterTheEnd_DoesNothing()
    {
        HotRig hot = new();
        await hot.DisposeAsync();
        hot.Set(("Enabled", "false"));
        Assert.Empty(hot.Lines);
    }

    [Fact]
    public async Task LogThatThrows_HarmsNobodyAndTheRestIsFollowed()
    {
        await using HotRig hot = new();
        hot.Lane.Open.Add(1, "a");
        hot.Throws = true;
        hot.Set(("Prefix", "later"), ("Instruments:hot.open:Enabled", "false"));
        Assert.Null(await hot.Kit.ValueAsync("hot.open", ("tag", "a")));
    }

    [Fact]
    public async Task SelectedMeter_InstrumentSwitchedAndLimited_IsFollowed()
    {
        using Meter plain = new("Hot.Plain." + Guid.NewGuid().ToString("N"));
        var calls = plain.CreateCounter<long>("plain.calls");
        var other = plain.CreateCounter<long>("plain.other");
        await using HotRig hot = new(("Meters:0", plain.Name), ("Instruments:plain.calls:Name", "seen.calls"), ("Instruments:plain.calls:DropTagKeys:0", "user"), ("Instruments:plain.other:Enabled", "false"));
        calls.Add(1, new KeyValuePair<string, object?>("user", "ann"), new("kind", "x"));
        calls.Add(2, new KeyValuePair<string, object?>("user", "bob"), new("kind", "x"));
        other.Add(1);
        Assert.Equal(3, await hot.Kit.ValueAsync("seen.calls", ("kind", "x")));
        Assert.Null(await hot.Kit.ValueAsync("plain.other"));
        hot.Set(("Instruments:plain.other:Enabled", "true"), ("Instruments:plain.calls:MaxSeries", "1"));
        other.Add(5);
        calls.Add(1, new KeyValuePair<string, object?>("kind", "y"));
        Assert.Equal(5, await hot.Kit.ValueAsync("plain.other"));
        Assert.Null(await hot.Kit.ValueAsync("seen.calls", ("kind", "y")));
        hot.Set(("Instruments:plain.late:Name", "seen.late"));
        plain.CreateCounter<long>("plain.late").Add(7); // what waits for a restart waits for all alike
        Assert.Equal(7, await hot.Kit.ValueAsync("plain.late"));
        hot.Set(("Instruments:plain.calls:Enabled", "false"));
        await hot.NamesAsync();
        await hot.NamesAsync();
        await hot.NamesAsync();
        Assert.Null(await hot.Kit.ValueAsync("seen.calls", ("kind", "x")));
        Assert.Equal(5, await hot.Kit.ValueAsync("plain.other"));
        Assert.Contains("Instruments:plain.late:Name", Assert.Single(hot.Lines), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Invariant", "I7")]
    public async Task SelectedMeter_InstrumentGivenATimeToLive_WaitsForTheNextStartAndTheLogSaysSo()
    {
        using Meter plain = new("Hot.Plain." + Guid.NewGuid().ToString("N"));
        var calls = plain.CreateCounter<long>("plain.calls");
        await using HotRig hot = new(("Meters:0", plain.Name));
        calls.Add(1, new KeyValuePair<string, object?>("kind", "x"));
        hot.Set(("Instruments:plain.calls:TimeToLive", "00:01:00"));
        Assert.Equal("Warning: The configuration key MetricsKit:Instruments:plain.calls:TimeToLive has changed, and takes effect at the next start of the host: a restart is needed.", Assert.Single(hot.Lines));
    }

    [Fact]
    public async Task SelectedMeter_InstrumentSwitchedOffAndOnWithAnotherLimit_HoldsIt()
    {
        using Meter plain = new("Hot.Plain." + Guid.NewGuid().ToString("N"));
        var calls = plain.CreateCounter<long>("plain.calls");
        await using HotRig hot = new(("Meters:0", plain.Name));
        calls.Add(1, new KeyValuePair<string, object?>("kind", "x"));
        hot.Set(("Instruments:plain.calls:Enabled", "false"));
        hot.Set(("Instruments:plain.calls:Enabled", "true"), ("Instruments:plain.calls:MaxSeries", "1")); // before it had left
        calls.Add(1, new KeyValuePair<string, object?>("kind", "x"));
        calls.Add(1, new KeyValuePair<string, object?>("kind", "y"));
        Assert.Equal(2, await hot.Kit.ValueAsync("plain.calls", ("kind", "x")));
        Assert.Null(await hot.Kit.ValueAsync("plain.calls", ("kind", "y")));
        Assert.Equal(3, await hot.Kit.TotalAsync("plain.calls"));
    }
}
