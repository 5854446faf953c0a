using System.Globalization;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Formats.Otlp;

/// <summary>What came since the receiver has answered.</summary>
public sealed class OtlpDeltaTests
{
    static readonly TagKey<string> A = TagKey.Open("a");

    [Fact]
    public void Points_OfEachKind_HaveTheTemporalityOfThePreset()
    {
        var counter = Define.Counter("counter", "1", "C.");
        var upDown = Define.UpDownCounter("updown", "1", "U.");
        var gauge = Define.Gauge("gauge", "1", "G.");
        var histogram = Define.Histogram("histogram", "s", "H.");
        var observed = Define.ObservableCounter("observed", "1", "O.");
        using OtlpRig rig = new(counter, upDown, gauge, histogram, observed);
        rig.Make(counter).Add(1);
        rig.Make(upDown).Add(1);
        rig.Make(gauge).Set(1);
        rig.Make(histogram).Record(1);
        rig.Make(observed).Observe(1);

        Assert.Equal([2, 2, 0, 2, 2], Of(OtlpTemporality.Cumulative));
        Assert.Equal([1, 2, 0, 1, 1], Of(OtlpTemporality.Delta));
        Assert.Equal([1, 2, 0, 1, 2], Of(OtlpTemporality.LowMemory));

        IEnumerable<int> Of(OtlpTemporality temporality) => rig.Export(new OtlpRequests(new(temporality))).Single().Metrics.Select(static m => m.Temporality);
    }

    [Fact]
    public void Points_ThatWereSettled_AreFollowedByWhatCameSince()
    {
        var counter = Define.Counter("c", "1", "C.", A);
        var histogram = Define.Histogram("h", "s", "H.") with { Bounds = [1] };
        using OtlpRig rig = new(counter, histogram);
        OtlpRequests requests = new(new(OtlpTemporality.Delta));
        rig.Make(counter).Add(3, "x");
        rig.Make(counter).Add(0, "zero");
        rig.Make(histogram).Record(0.5);
        var begin = OtlpRig.Nanoseconds(rig.Time.GetUtcNow());
        var first = rig.Export(requests).Single();
        Assert.Equal(3L, Assert.Single(first.Metric("c").Points).Value); // nothing was counted of the other
        Assert.Equal((begin, 1UL, 0.5), (first.Metric("h").Points[0].Start, first.Metric("h").Points[0].Count, first.Metric("h").Points[0].Sum));
        ulong settled = first.Metric("c").Points[0].Time;

        Assert.Empty(rig.Export(requests)); // nothing is new

        rig.Make(counter).Add(2, "x");
        rig.Make(histogram).Record(2);
        var second = rig.Export(requests).Single();
        var point = second.Metric("c").Points.Single();
        Assert.Equal((settled, 2L), (point.Start, point.Value)); // since the last point, not since the last export, in which it had none
        var distribution = second.Metric("h").Points.Single();
        Assert.Equal((settled, 1UL, 2.0), (distribution.Start, distribution.Count, distribution.Sum));
        Assert.Equal([0UL, 1], distribution.Buckets);
    }

    [Fact]
    public void Points_ThatWereNotSettled_AreInTheNext()
    {
        var counter = Define.Counter("c", "1", "C.");
        using OtlpRig rig = new(counter);
        OtlpRequests requests = new(new(OtlpTemporality.Delta));
        rig.Make(counter).Add(3);
        var lost = rig.Export(requests, settled: false).Single().Metric("c").Points.Single();
        rig.Make(counter).Add(4);
        var again = rig.Export(requests).Single().Metric("c").Points.Single();
        Assert.Equal((lost.Start, 7L), (again.Start, again.Value));
        Assert.Empty(rig.Export(requests));
    }

    [Fact]
    public void Exporters_OfOneHost_DoNotDisturbEachOther()
    {
        var histogram = Define.Histogram("h", "s", "H.", A) with { Bounds = [1] };
        var mirror = Define.Mirror("m", "M.", histogram);
        using OtlpRig rig = new(histogram, mirror);
        rig.Make(mirror);
        OtlpRequests fast = new(new(OtlpTemporality.Delta)), slow = new(new(OtlpTemporality.Delta, MaxBytes: 0));
        for (int i = 0; i < 4; i++)
        {
            rig.Make(histogram).Record(0.5, "x");
            var tree = rig.Export(fast).Single();
            Assert.All(tree.Metrics, static m => Assert.Equal(1UL, m.Points.Single().Count)); // the mirror's is its own
            Assert.Equal(2, tree.Metrics.Count());
        }
        Assert.All(rig.Export(slow), static m => Assert.Equal(4UL, m.Metrics.Single().Points.Single().Count));
        Assert.Empty(rig.Export(fast));
    }

    [Fact]
    public void Messages_OfWhichSomeWereSettled_MoveTheBaselineOfTheirPointsAlone()
    {
        var counter = Define.Counter("c", "1", "C.", A);
        using OtlpRig rig = new(counter);
        for (int i = 0; i < 50; i++) rig.Make(counter).Add(i + 1, $"{i}");
        OtlpRequests requests = new(new(OtlpTemporality.Delta, MaxBytes: 300));
        HashSet<string> settled = [];
        using (var snapshot = rig.Read())
        {
            requests.Begin(snapshot);
            for (int message = 0; requests.MoveNext(); message++)
            {
                if (message % 2 == 0) continue;
                settled.UnionWith(OtlpReader.Read(requests.Message.Span).Metric("c").Points.Select(static p => p.Identity));
                requests.Settle();
                requests.Settle(); // twice is once
            }
        }
        var left = rig.Export(requests).SelectMany(static m => m.Metric("c").Points).Select(static p => p.Identity).ToList();
        Assert.NotEmpty(settled);
        Assert.Equal(Enumerable.Range(0, 50).Select(static i => $"a={i}").Except(settled), left);
    }

    [Fact]
    public void ObservedTotal_ThatFell_IsNewAsAWhole()
    {
        var observed = Define.ObservableCounter("o", "1", "O.");
        using OtlpRig rig = new(observed);
        OtlpRequests requests = new(new(OtlpTemporality.Delta));
        Assert.Equal(100.0, At(100)!.Value);
        Assert.Null(At(100));
        var settled = At(130)!;
        Assert.Equal(30.0, settled.Value);
        var reset = At(20)!;
        Assert.Equal((settled.Time, 20.0), (reset.Start, reset.Value));
        Assert.Equal(0.0, At(0)!.Value); // again: what is counted up to 20 would be missing otherwise
        Assert.Equal(25.0, At(25)!.Value);

        OtlpPointTree? At(double total)
        {
            rig.Make(observed).Observe(total);
            return rig.Export(requests).SingleOrDefault()?.Metric("o").Points.Single();
        }
    }

    [Fact]
    public void FloatingTotal_OfManySmallParts_IsNeverNegativeAndAddsUp()
    {
        var row = new DynamicDefinition("custom.total", InstrumentKind.Counter);
        using OtlpRig rig = new();
        var meter = rig.Registry.Open(new("Custom"));
        var series = meter.TryCreate(row, new(true, true, 10, [], null))!.Bind([], out _)!;
        OtlpRequests requests = new(new(OtlpTemporality.Delta));
        double sum = 0;
        for (int i = 0; i < 500; i++)
        {
            series.Take(0.1);
            if (rig.Export(requests, settled: i % 3 != 0) is [var tree] && tree.Metric("custom.total").Points.Single() is var point)
            {
                Assert.True((double)point.Value! > 0);
                if (i % 3 != 0) sum += (double)point.Value;
            }
        }
        if (rig.Export(requests) is [var last]) sum += (double)last.Metric("custom.total").Points.Single().Value!;
        Assert.Equal(50, sum, 1e-9);
    }

    [Fact]
    public void Series_ThatIsRecycled_BeginsAnew()
    {
        var counter = Define.Counter("c", "1", "C.", A);
        using OtlpRig rig = new(TimeSpan.FromMinutes(1), counter);
        OtlpRequests requests = new(new(OtlpTemporality.Delta));
        rig.Make(counter).Add(5, "x");
        rig.Make(counter).Add(1, "y");
        Assert.Equal([5L, 1L], Values(rig.Export(requests)));
        rig.Time.Advance(TimeSpan.FromMinutes(2));
        for (int i = 0; i < 3; i++)
        {
            rig.Make(counter).Add(1, "y");
            rig.Export(requests);
        }
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        var began = OtlpRig.Nanoseconds(rig.Time.GetUtcNow());
        rig.Make(counter).Add(7, "x");
        rig.Make(counter).Add(1, "y");
        var tree = rig.Export(requests).Single();
        Assert.Equal([1L, 7L], Values([tree]));
        Assert.Equal(began, tree.Metric("c").Points[1].Start);
    }

    [Fact]
    public void Series_ThatWasHidden_GoesOnWhereItWas()
    {
        var counter = Define.Counter("c", "1", "C.", A);
        using OtlpRig rig = new(TimeSpan.FromMinutes(1), counter);
        OtlpRequests requests = new(new(OtlpTemporality.Delta));
        var bound = rig.Make(counter).Bind("x");
        bound.Add(5);
        rig.Make(counter).Add(1, "y");
        rig.Export(requests);
        rig.Time.Advance(TimeSpan.FromMinutes(2));
        for (int i = 0; i < 3; i++)
        {
            rig.Make(counter).Add(1, "y");
            rig.Export(requests);
        }
        using (var snapshot = rig.Read()) Assert.Null(snapshot.Find("c", ("a", "x")));
        bound.Add(2);
        Assert.Equal([2L], Values(rig.Export(requests)));
    }

    [Fact]
    public void Instrument_ThatWasHidden_GoesOnWhereItWas()
    {
        var counter = Define.Counter("c", "1", "C.");
        using OtlpRig rig = new(counter);
        OtlpRequests requests = new(new(OtlpTemporality.Delta));
        rig.Make(counter).Add(5);
        rig.Export(requests);
        rig.Make(counter).Show(false);
        rig.Make(counter).Add(2);
        Assert.Empty(rig.Export(requests));
        rig.Make(counter).Show(true);
        Assert.Equal([2L], Values(rig.Export(requests)));
    }

    [Fact]
    public void Exemplars_OfAnEarlierDelta_AreNotRepeated()
    {
        var histogram = Define.Histogram("h", "s", "H.") with { Bounds = [1] };
        using OtlpRig rig = new(histogram);
        OtlpRequests requests = new(new(OtlpTemporality.Delta));
        rig.Make(histogram).Record(0.5);
        OtlpRig.Put(rig.Make(histogram), 0, 0.5, rig.Time.GetUtcNow());
        Assert.Single(Exemplars());
        rig.Make(histogram).Record(0.5);
        Assert.Empty(Exemplars());
        rig.Make(histogram).Record(2);
        OtlpRig.Put(rig.Make(histogram), 0, 0.5, rig.Time.GetUtcNow()); // of a bucket in which nothing is new
        OtlpRig.Put(rig.Make(histogram), 0, 2, rig.Time.GetUtcNow(), bucket: 1);
        Assert.Equal(2.0, Assert.Single(Exemplars()).Value);

        List<OtlpExemplarTree> Exemplars() => rig.Export(requests).Single().Metric("h").Points.Single().Exemplars;
    }

    [Fact]
    public async Task ForeignObserved_ThatGetsOtherPlaces_IsNotSentTwice()
    {
        // Series that are not reported any more give their places to others: the table is made anew, and the totals of those that stay go on.
        string name = $"otlp.moved.{Guid.NewGuid():N}";
        using System.Diagnostics.Metrics.Meter meter = new(name);
        int from = 0;
        meter.CreateObservableCounter("total", () => Enumerable.Range(from, 40).Append(-1).Select(i => new System.Diagnostics.Metrics.Measurement<long>(100 + from, new KeyValuePair<string, object?>("n", i.ToString(CultureInfo.InvariantCulture)))));
        FakeTimeProvider time = new();
        await using var kit = TestKit.Start(o => o.Meters.Add(name), time: time);
        OtlpRequests requests = new(new(OtlpTemporality.Delta));
        Dictionary<string, double> sums = [];
        for (int round = 0; round < 12; round++)
        {
            using (var snapshot = await kit.SnapshotAsync())
            {
                foreach (var point in OtlpRig.Write(requests, snapshot).SelectMany(static m => m.Metrics).Where(static m => m.Name == "total").SelectMany(static m => m.Points))
                {
                    sums[point.Identity] = sums.GetValueOrDefault(point.Identity) + (double)point.Value!;
                }
            }
            from += 15;
            time.Advance(TimeSpan.FromSeconds(1)); // or the last values are taken again
        }
        Assert.Equal(100 + 11 * 15, sums["n=-1"]); // it was there all the time
        Assert.Equal(100 + 5 * 15, sums["n=75"]); // in three rounds, the last time with this total
    }

    static IEnumerable<object> Values(IEnumerable<OtlpTree> trees) => trees.SelectMany(static t => t.Metric("c").Points).Select(static p => p.Value!);
}
