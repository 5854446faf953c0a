using System.Diagnostics;
using System.Diagnostics.Metrics;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Aggregation;

/// <summary>Callbacks of observable instruments that throw, hang, are late, or do in them what nobody expects.</summary>
public sealed class ForeignObservableFaultTests : ForeignObservableRig
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    [Trait("Requirement", "R-F3")]
    public async Task Observable_ThatThrows_IsAbsentAloneCountedAndTriedAgain()
    {
        bool broken = true;
        await using var kit = Selecting();
        Meter.CreateObservableGauge("broken", () => broken ? throw new InvalidOperationException("It is broken.") : 1);
        Meter.CreateObservableGauge("sound", static () => 2);
        Assert.Equal([], await SeriesAsync(kit, "broken"));
        Assert.Equal([("", 2.0)], await SeriesAsync(kit, "sound"));
        Time.Advance(Second);
        Assert.Equal([], await SeriesAsync(kit, "broken"));
        Time.Advance(TimeSpan.FromMilliseconds(250));
        Assert.Equal(2, await kit.ValueAsync("metricskit.collector.errors", ("collector", "broken")));
        broken = false;
        Time.Advance(Second);
        Assert.Equal([("", 1.0)], await SeriesAsync(kit, "broken"));
        Assert.Null(await kit.ValueAsync("metricskit.collector.errors", ("collector", "sound"))); // who never failed has no series
        Assert.Equal([$"Warning The observable instrument broken of the meter {Meter.Name} failed; it is tried again after 1 s, and its series are absent until then.", $"Information The observable instrument broken of the meter {Meter.Name} works again."], Log.All);
    }

    [Fact]
    [Trait("Requirement", "R-F3")]
    public async Task Observable_ThatThrowsHalfWay_ShowsNothingOfThatRoundNorOfTheOneBefore()
    {
        bool broken = false;
        await using var kit = Selecting();
        Meter.CreateObservableCounter("half", Observe);
        Assert.Equal([("x", 1.0), ("y", 2.0)], await SeriesAsync(kit, "half"));
        broken = true;
        Assert.Equal([], await SeriesAsync(kit, "half"));
        broken = false;
        Time.Advance(Second);
        Assert.Equal([("x", 1.0), ("y", 2.0)], await SeriesAsync(kit, "half"));

        IEnumerable<Measurement<int>> Observe()
        {
            yield return new(1, new KeyValuePair<string, object?>("a", "x"));
            if (broken) throw new InvalidOperationException("It is broken.");
            yield return new(2, new KeyValuePair<string, object?>("a", "y"));
        }
    }

    [Fact]
    [Trait("Requirement", "R-F3")]
    public async Task Observable_ThatHangsAmongThreeHundred_LeavesThatVerySnapshotComplete()
    {
        int read = 0;
        await using var kit = Selecting();
        for (int i = 0; i < 300; i++)
        {
            int value = i;
            Meter.CreateObservableGauge("one." + i, () =>
            {
                if (value == 150) Held.Wait();
                Interlocked.Increment(ref read);
                return value;
            });
        }
        using (var snapshot = await PassAsync(kit.SnapshotAsync().AsTask(), () => Volatile.Read(ref read) == 299))
        {
            for (int i = 0; i < 300; i++) Assert.Equal(i == 150 ? null : i, snapshot.Find("one." + i)?.Value);
        }
        using var next = await SnapshotAsync(kit); // which waits for nobody
        Assert.Equal(299, next.Families.Count(static f => f.Definition.Name.StartsWith("one.", StringComparison.Ordinal) && f.Series.Any()));
        Assert.Equal(1, next.Find("metricskit.collector.timeouts", ("collector", "one.150"))?.Value);
        Assert.Equal(1, next.Find("metricskit.collectors.quarantined")?.Value);
        Assert.Equal(1, kit.Monitor.Stuck);
        Held.Open();
        await Eventually.BecomesAsync(() => kit.Monitor.Stuck == 0, Threads.Patience, "the call came back");
        Assert.Equal([("", 150.0)], await SeriesAsync(kit, "one.150"));
    }

    [Fact]
    public async Task Measurements_OfACallThatWasGivenUp_AreNeverShown()
    {
        int call = 0;
        await using var kit = Selecting();
        Meter.CreateObservableCounter("calls", Observe);
        Assert.Equal([("1", 1.0)], await SeriesAsync(kit, "calls"));
        Time.Advance(Second);
        (await PassAsync(kit.SnapshotAsync().AsTask(), static () => true)).Dispose();
        Held.Open();
        await Eventually.BecomesAsync(() => kit.Monitor.Stuck == 0, Threads.Patience, "the call came back");
        using (var late = await kit.SnapshotAsync()) Assert.Empty(Series(late, "calls")); // the clock stands, so the callback is not due
        Assert.Equal([("3", 3.0)], await SeriesAsync(kit, "calls"));

        IEnumerable<Measurement<int>> Observe()
        {
            int number = ++call;
            yield return new(number, new KeyValuePair<string, object?>("call", number));
            if (number != 2) yield break;
            Held.Wait();
            yield return new(number, new KeyValuePair<string, object?>("call", "late"));
        }
    }

    [Fact]
    public async Task Meter_ThatIsDisposedOfDuringTheCallback_LeavesNothingBehind()
    {
        await using var kit = Selecting();
        using var passing = Another();
        Meter.CreateObservableGauge("stays", static () => 1);
        passing.CreateObservableGauge("passing", Observe);
        using (var snapshot = await SnapshotAsync(kit))
        {
            Assert.Empty(Series(snapshot, "passing"));
            Assert.Equal([("", 1.0)], Series(snapshot, "stays"));
        }
        for (int i = 0; i < 3; i++) (await SnapshotAsync(kit)).Dispose();
        using var last = await SnapshotAsync(kit);
        Assert.DoesNotContain(last.Families, static f => f.Definition.Name == "passing");
        Assert.Empty(Log.All);

        IEnumerable<Measurement<int>> Observe()
        {
            yield return new(1, new KeyValuePair<string, object?>("a", "x"));
            passing.Dispose();
            yield return new(2, new KeyValuePair<string, object?>("a", "y"));
        }
    }

    [Fact]
    public async Task Meter_ThatIsDisposedOf_IsHeldByNobody()
    {
        await using var kit = Selecting();
        Meter.CreateObservableCounter("calls", static () => 1);
        var passing = await PassThroughAsync();
        for (int i = 0; i < 3; i++) (await SnapshotAsync(kit)).Dispose();
        await Eventually.BecomesAsync(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return !passing.IsAlive;
        }, Threads.Patience, "the meter is collected");
        Assert.Equal([("", 1.0)], await SeriesAsync(kit, "calls"));

        async Task<WeakReference> PassThroughAsync()
        {
            using var meter = Another();
            meter.CreateObservableCounter("calls", static () => 2);
            Assert.Equal([("", 3.0)], await SeriesAsync(kit, "calls"));
            return new(meter);
        }
    }

    [Fact]
    public async Task Kit_ThatIsDisposedOfWhileACallHangs_DoesNotWaitForIt()
    {
        var kit = Selecting();
        Meter.CreateObservableGauge("hung", () =>
        {
            Held.Wait();
            return 1;
        });
        var asked = kit.SnapshotAsync().AsTask();
        await Eventually.BecomesAsync(() => Held.Count == 1, Threads.Patience, "the call hangs");
        await kit.DisposeAsync();
        try { (await asked.WaitAsync(Threads.Patience)).Dispose(); }
        catch (ObjectDisposedException) { } // either is right
        Held.Open();
    }

    [Fact]
    public async Task Callback_ThatMakesInstrumentsMeasuresAndAsksForASnapshot_DoesNotDeadlock()
    {
        Exception? refused = null;
        await using var kit = Selecting();
        Meter.CreateObservableGauge("curious", () =>
        {
            Meter.CreateCounter<int>("made.inside").Add(5);
            Meter.CreateObservableGauge("made.inside.too", static () => 6);
            refused = Record.Exception(() => kit.SnapshotAsync().AsTask().GetAwaiter().GetResult());
            return 1;
        });
        using (var snapshot = await SnapshotAsync(kit))
        {
            Assert.Equal(1, snapshot.Find("curious")?.Value);
            Assert.Equal(5, snapshot.Find("made.inside")?.Value);
        }
        Assert.Contains("asked for a snapshot", Assert.IsType<InvalidOperationException>(refused).Message, StringComparison.Ordinal);
        using var next = await SnapshotAsync(kit);
        Assert.Equal(6, next.Find("made.inside.too")?.Value);
        Assert.Empty(Log.All);
    }

    [Fact]
    public async Task Callback_RunsWithoutTheAmbientContextOfWhoeverAsked_AndLeavesNoneBehind()
    {
        AsyncLocal<string> ambient = new() { Value = "the asker's" };
        List<string?> seen = [];
        await using var kit = Selecting();
        for (int i = 0; i < 3; i++)
        {
            Meter.CreateObservableGauge("g" + i, () =>
            {
                lock (seen) seen.Add(ambient.Value ?? Activity.Current?.OperationName);
                ambient.Value = "a callback's";
                Activity.Current = new Activity("a callback's");
                return 1;
            });
        }
        (await SnapshotAsync(kit)).Dispose();
        (await SnapshotAsync(kit)).Dispose();
        Assert.Equal(new string?[6], seen);
    }
}
