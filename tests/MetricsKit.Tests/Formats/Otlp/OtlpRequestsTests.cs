using System.Runtime.InteropServices;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Formats.Otlp;

/// <summary>What is written of each kind of instrument.</summary>
public sealed class OtlpRequestsTests
{
    static readonly TagKey<string> A = TagKey.Open("a"), B = TagKey.Open("b.c");

    [Fact]
    public void Message_OfEachKind_SaysTheseThings()
    {
        var counter = Define.Counter("jobs.done", "{job}", "Jobs that are done.", A, B);
        var upDown = Define.UpDownCounter("jobs.open", "{job}", "Jobs that are open.");
        var gauge = Define.Gauge("water.temperature", "Cel", "How warm it is.", A);
        var histogram = Define.Histogram("job.duration", "s", "Time that a job takes.", A) with { Bounds = [0.5, 1] };
        var observed = Define.ObservableCounter("ticks", "1", "Ticks.");
        using OtlpRig rig = new(counter, upDown, gauge, histogram, observed);
        rig.Make(counter).Add(3, "x", "y");
        rig.Make(counter).Add(4, "", "y");
        rig.Make(upDown).Add(-2);
        rig.Make(gauge).Set(21.5, "tank");
        rig.Make(histogram).Record(0.5, "x");
        rig.Make(histogram).Record(2.25, "x");
        rig.Make(observed).Observe(7);
        var start = OtlpRig.Nanoseconds(rig.Time.GetUtcNow());

        var tree = rig.Export();

        Assert.Equal([new("service.name", "fleet")], tree.Resource);
        var scope = Assert.Single(tree.Scopes);
        Assert.Equal(("Rig", "1.2"), (scope.Name, scope.Version));
        Assert.Empty(scope.Attributes);
        Assert.Equal(["jobs.done", "jobs.open", "water.temperature", "job.duration", "ticks"], scope.Metrics.Select(static m => m.Name));
        Assert.Equal(["{job}", "{job}", "Cel", "s", "1"], scope.Metrics.Select(static m => m.Unit));
        Assert.Equal([("sum", 2, true), ("sum", 2, false), ("gauge", 0, false), ("histogram", 2, false), ("sum", 2, true)], scope.Metrics.Select(static m => (m.Kind, m.Temporality, m.IsMonotonic)));
        Assert.Equal("Jobs that are done.", scope.Metrics[0].Description);
        Assert.Equal([("a=x,b.c=y", 3L), ("b.c=y", (object)4L)], scope.Metrics[0].Points.Select(static p => (p.Identity, p.Value!)));
        Assert.Equal(("", -2L), (scope.Metrics[1].Points[0].Identity, scope.Metrics[1].Points[0].Value));
        Assert.Equal(21.5, scope.Metrics[2].Points[0].Value);
        var distribution = scope.Metrics[3].Points[0];
        Assert.Equal((2UL, 2.75), (distribution.Count, distribution.Sum));
        Assert.Equal([1UL, 0, 1], distribution.Buckets);
        Assert.Equal([0.5, 1], distribution.Bounds);
        Assert.Equal(7.0, scope.Metrics[4].Points[0].Value);
        Assert.All(tree.Metrics.SelectMany(static m => m.Points), p => Assert.Equal((start, start + 1_001_000_000), (p.Start, p.Time)));
    }

    [Fact]
    public void Messages_OfManySeriesOfEveryKind_HoldWhatTheSnapshotHolds()
    {
        // More than a page of each, long labels, folded series behind the others, and a mirror that shares numbers.
        var counter = Define.Counter("c", "1", "C.", A) with { MaxSeries = 3428 };
        var histogram = Define.Histogram("h", "s", "H.", A, B) with { MaxSeries = 228, Bounds = [.. Enumerable.Range(1, 100).Select(static b => b * 0.125)] };
        var folding = Define.Counter("f", "1", "F.", A, TagKey.OneOf("k", "one", "two")) with { MaxSeries = 5 };
        var gauge = Define.Gauge("g", "s", "G.", A);
        var mirror = Define.Mirror("m", "M.", histogram);
        using OtlpRig rig = new(counter, histogram, folding, gauge, mirror);
        for (int i = 0; i < 4000; i++)
        {
            string value = new string('ä', i % 250) + i;
            rig.Make(counter).Add(i, value);
            rig.Make(folding).Add(1, value, i % 2 == 0 ? "one" : "two");
            rig.Make(gauge).Set(1.0 / i, i < 999 ? value : "");
            if (i < 300) rig.Make(histogram).Record(i * 0.0625, value, "\U0001F600");
        }
        rig.Make(mirror);
        using var snapshot = rig.Read();
        Assert.Contains(snapshot.Families[2].Series, static s => s.IsOverflow);

        OtlpReading.Holds(OtlpRig.Write(new(new()), snapshot), snapshot);
    }

    [Fact]
    public void Messages_AfterMoreSeriesCame_HoldThemToo()
    {
        var counter = Define.Counter("c", "1", "C.", A);
        var later = Define.UpDownCounter("later", "1", "L.", A);
        using OtlpRig rig = new(counter, later);
        OtlpRequests requests = new(new());
        for (int round = 0; round < 100; round++)
        {
            for (int i = 0; i < 3; i++) rig.Make(counter).Add(1, $"{round} {i}");
            if (round > 5) rig.Make(later).Add(-1, $"{round}");
            using var snapshot = rig.Read();
            OtlpReading.Holds(OtlpRig.Write(requests, snapshot), snapshot);
        }
    }

    [Fact]
    public void Overflow_OfFoldedSeries_IsABoolean()
    {
        var counter = Define.Counter("f", "1", "F.", A, TagKey.OneOf("k", "one")) with { MaxSeries = 1 };
        using OtlpRig rig = new(counter);
        rig.Make(counter).Add(1, "first", "one");
        rig.Make(counter).Add(2, "second", "one");

        var folded = rig.Export().Metric("f").Points[1];

        Assert.Equal([new("a", "_OTHER"), new("k", "one"), new("otel.metric.overflow", true)], folded.Attributes);
        Assert.Equal(2L, folded.Value);
    }

    [Fact]
    public void Series_ThatAreAbsent_AreLeftOut()
    {
        var gauge = Define.ObservableGauge("g", "1", "G.", A);
        var never = Define.ObservableGauge("n", "1", "N.", A);
        using OtlpRig rig = new(gauge, never);
        rig.Make(gauge).Observe(1, "a");
        rig.Make(gauge).Observe(2, "b");
        rig.Make(gauge).Observe(3, "c");
        rig.Make(never).Observe(1, "a");
        foreach (var (row, ordinal) in new[] { (rig.Make(gauge), 1), (rig.Make(never), 0) }) row.Table!.Index.ValueAt(ordinal) = double.NaN;

        var metric = Assert.Single(rig.Export().Metrics); // not even a head of the one that has no points

        Assert.Equal([("a=a", 1.0), ("a=c", (object)3.0)], metric.Points.Select(static p => (p.Identity, p.Value!)));
    }

    [Fact]
    public void Snapshot_WithoutSeries_HasNoMessage()
    {
        using OtlpRig rig = new(Define.Counter("c", "1", "C.", A));
        OtlpRequests requests = new(new());
        using var snapshot = rig.Read();
        requests.Begin(snapshot);
        Assert.False(requests.MoveNext());
        Assert.False(requests.MoveNext());
        requests.Settle(); // means nothing
    }

    [Fact]
    public void Framed_HasRoomBeforeTheMessage_ThatIsTheCallers()
    {
        var counter = Define.Counter("c", "1", "C.");
        using OtlpRig rig = new(counter);
        rig.Make(counter).Add(1);
        using var snapshot = rig.Read();
        OtlpRequests requests = new(new());
        requests.Begin(snapshot);
        Assert.True(requests.MoveNext());
        byte[] message = requests.Message.ToArray();

        requests.Framed.Span[..OtlpRequests.HeadRoom].Fill(0xFF);

        Assert.Equal(message, requests.Message.ToArray());
        Assert.Equal(message.Length + 5, requests.Framed.Length);
        Assert.True(MemoryMarshal.TryGetArray<byte>(requests.Framed, out var whole) && whole.Offset == 0);
    }

    [Fact]
    public void Texts_OfAnyKind_AreUtf8()
    {
        var counter = Define.Counter("c", "1", "Größe \ud83d\ude00 \ud83d.", A, B);
        using OtlpRig rig = new(counter) { Resource = [new("host.name", "\udc00ä"), new("empty", "")] };
        rig.Make(counter).Add(1, "\ud83d", "日本\0\u202e");

        var tree = rig.Export();

        Assert.Equal([new("host.name", "\ufffdä"), new("empty", "")], tree.Resource);
        Assert.Equal("Größe \ud83d\ude00 \ufffd.", tree.Metric("c").Description);
        Assert.Equal([new("a", "\ufffd"), new("b.c", "日本\0\u202e")], tree.Metric("c").Points[0].Attributes);
    }

    [Theory]
    [InlineData("process.pid", "4711", 4711L)]
    [InlineData("process.pid", "007", "007")] // not as numbers are written: whoever states that means a text
    [InlineData("process.pid", "mine", "mine")]
    [InlineData("service.version", "4711", "4711")]
    public void Resource_NumberOfTheProcess_IsAWholeNumberAsTheConventionsHaveIt(string key, string text, object expected)
    {
        var counter = Define.Counter("c", "1", "C.");
        using OtlpRig rig = new(counter) { Resource = [new("host.name", "h"), new(key, text), new("os.type", "linux")] };
        rig.Make(counter).Add(1);
        Assert.Equal([new("host.name", "h"), new(key, expected), new("os.type", "linux")], rig.Export().Resource);
    }

    [Fact]
    public void Resource_ThatChanged_IsTheNewOne()
    {
        var counter = Define.Counter("c", "1", "C.");
        using OtlpRig rig = new(counter);
        rig.Make(counter).Add(1);
        OtlpRequests requests = new(new());
        Assert.Equal([new("service.name", "fleet")], rig.Export(requests).Single().Resource);
        rig.Resource = [];
        Assert.Empty(rig.Export(requests).Single().Resource);
    }

    [Fact]
    public void Counts_ThatAreSaturated_StayAtTheLargestNumber()
    {
        var counter = Define.Counter("c", "1", "C.");
        var upDown = Define.UpDownCounter("u", "1", "U.");
        using OtlpRig rig = new(counter, upDown);
        rig.Make(counter).Add(long.MaxValue);
        rig.Make(counter).Add(long.MaxValue);
        rig.Make(upDown).Add(long.MinValue);

        var tree = rig.Export();

        Assert.Equal(long.MaxValue, tree.Metric("c").Points[0].Value);
        Assert.Equal(long.MinValue, tree.Metric("u").Points[0].Value);
    }

    [Fact]
    public void Histogram_WithoutBounds_HasOneBucket()
    {
        var histogram = Define.Histogram("h", "s", "H.") with { Bounds = [] };
        using OtlpRig rig = new(histogram);
        rig.Make(histogram).Record(-3);
        var point = rig.Export().Metric("h").Points[0];
        Assert.Equal([1UL], point.Buckets);
        Assert.Empty(point.Bounds);
        Assert.Equal(-3, point.Sum);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0x7F)]
    [InlineData(0x80)]
    [InlineData(0x3FFF)]
    [InlineData(0x4000)]
    [InlineData(0x1F_FFFF)]
    [InlineData(WireBytes.MaxLength)]
    public void HeadOfAPoint_OfAnyLength_IsTheFieldAndTheLength(int length)
    {
        byte[] expected = [OtlpField.DataPoint, 0, 0, 0, 0, 0];
        int size = 1 + WireBytes.PutVarint((uint)length, expected.AsSpan(1));
        byte[] head = new byte[6];
        Assert.Equal(size, OtlpRequests.PutHead(length, ref head[0]));
        Assert.Equal(expected, head);
    }

    [Fact]
    public void Time_BeforeTheStart_DoesNotPrecedeIt()
    {
        var counter = Define.Counter("c", "1", "C.");
        using OtlpRig rig = new(counter);
        rig.Make(counter).Add(1);
        using var snapshot = rig.Read();
        snapshot.Data.ReadFinished = snapshot.StartTime - TimeSpan.FromHours(1); // the clock was set back
        var point = OtlpRig.Write(new(new()), snapshot).Single().Metric("c").Points[0];
        Assert.Equal(point.Time, point.Start);
    }

    [Fact]
    public void Exemplars_OfCountersAndBuckets_AreWritten()
    {
        var counter = Define.Counter("c", "1", "C.", A);
        var upDown = Define.UpDownCounter("u", "1", "U.");
        var histogram = Define.Histogram("h", "s", "H.", A) with { Bounds = [1, 2] };
        using OtlpRig rig = new(counter, upDown, histogram);
        for (int i = 0; i < 300; i++)
        {
            rig.Make(counter).Add(i, new string('x', i));
            rig.Make(histogram).Record(0.5, $"{i}");
            if (i % 2 == 0) rig.Make(histogram).Record(8, $"{i}");
        }
        rig.Make(upDown).Add(1);
        var time = rig.Time.GetUtcNow() + TimeSpan.FromTicks(1234567);
        for (int i = 0; i < 300; i += 3)
        {
            OtlpRig.Put(rig.Make(counter), i, i, time); // the first has counted 0: there is none to show
            OtlpRig.Put(rig.Make(histogram), i, 0.5, time, bucket: 0);
            OtlpRig.Put(rig.Make(histogram), i, 1.5, time, bucket: 1); // counts nothing yet
            OtlpRig.Put(rig.Make(histogram), i, 8, time, bucket: 2);
        }
        using var snapshot = rig.Read();
        var tree = OtlpRig.Write(new(new()), snapshot);

        OtlpReading.Holds(tree, snapshot);
        Assert.Equal(99, tree.Single().Metric("c").Points.Sum(static p => p.Exemplars.Count));
        Assert.Equal(150, tree.Single().Metric("h").Points.Sum(static p => p.Exemplars.Count));
        Assert.Equal(new OtlpExemplarTree(OtlpRig.Nanoseconds(time), 3L, OtlpRig.Trace.ToHexString(), OtlpRig.Span.ToHexString()), tree.Single().Metric("c").Points[3].Exemplars.Single());
    }
}
