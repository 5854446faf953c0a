using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MetricsKit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MetricsKit.Tests.Formats;

public sealed class JsonSnapshotWriterTests
{
    static readonly TagKey<string> A = TagKey.Open("a"), B = TagKey.Open("b.c");

    [Fact]
    public void Write_EachKind_IsThisDocument()
    {
        var counter = Define.Counter("jobs.done", "{job}", "Jobs that are done.", A);
        var upDown = Define.UpDownCounter("jobs.open", "{job}", "Jobs that are open.");
        var gauge = Define.Gauge("water.temperature", "Cel", "How warm the \"water\" is \\ war, größer als +1.", A, B);
        var histogram = Define.Histogram("job.duration", "s", "Time that a job takes.", A) with { Bounds = [0.5, 1, 1e21], MaxSeries = 1 };
        var empty = Define.Gauge("none", "1", "Nothing was set.");
        using TextRig rig = new("oht50", [("site.name", "north")], new ResourceDescriptor([new("service.name", "fleet é")], showsTarget: true, []), counter, upDown, gauge, histogram, empty);
        rig.Make(counter).Add(3, "x");
        rig.Make(upDown).Add(-2);
        rig.Make(gauge).Set(21.5, "", "tank\n1");
        rig.Make(histogram).Record(0.5, "x");
        rig.Make(histogram).Record(2, "x");
        rig.Make(histogram).Record(3, "folded");
        rig.Make(empty);

        Assert.Equal(
            """
            {"schema":1,"start_time":"0001-01-01T00:00:00Z","read_started":"0001-01-01T00:00:00Z","read_finished":"0001-01-01T00:00:00Z","tags":{"site.name":"north"},"resource":{"service.name":"fleet é"},"families":[
            {"name":"jobs.done","prometheus_name":"oht50_jobs_done_total","meter":"Texts","kind":"counter","unit":"{job}","description":"Jobs that are done.","series":[{"tags":{"a":"x"},"value":3}]},
            {"name":"jobs.open","prometheus_name":"oht50_jobs_open","meter":"Texts","kind":"up_down_counter","unit":"{job}","description":"Jobs that are open.","series":[{"tags":{},"value":-2}]},
            {"name":"water.temperature","prometheus_name":"oht50_water_temperature_celsius","meter":"Texts","kind":"gauge","unit":"Cel","description":"How warm the \"water\" is \\ war, größer als +1.","series":[{"tags":{"b.c":"tank\n1"},"value":21.5}]},
            {"name":"job.duration","prometheus_name":"oht50_job_duration_seconds","meter":"Texts","kind":"histogram","unit":"s","description":"Time that a job takes.","bounds":[0.5,1,1E+21,"+Inf"],"series":[
            {"tags":{"a":"x"},"count":2,"sum":2.5,"buckets":[1,0,1,0]},
            {"tags":{"a":"_OTHER"},"overflow":true,"count":1,"sum":3,"buckets":[0,0,1,0]}]}]}
            """.ReplaceLineEndings(""),
            Text(rig));
    }

    [Fact]
    public void Write_ManySeriesOfEveryKind_HoldsWhatTheSnapshotHolds()
    {
        // More than a page of labels of each, more than a segment of the writer, folded series behind the others, and a mirror that shares numbers.
        // An eighth of a limit is kept back for what comes again.
        var counter = Define.Counter("c", "1", "C.", A) with { MaxSeries = 3428 };
        var histogram = Define.Histogram("h", "s", "H.", A, B) with { MaxSeries = 228, Bounds = [.. Enumerable.Range(1, 100).Select(static b => b * 0.125)] };
        var folding = Define.Counter("f", "1", "F.", A, TagKey.OneOf("k", "one", "two")) with { MaxSeries = 5 };
        var gauge = Define.Gauge("g", "s", "G.", A);
        var mirror = Define.Mirror("m", "M.", histogram);
        using TextRig rig = new("p", [("site", "north")], counter, histogram, folding, gauge, mirror);
        for (int i = 0; i < 4000; i++)
        {
            string value = i.ToString(CultureInfo.InvariantCulture);
            rig.Make(counter).Add(i, value);
            rig.Make(folding).Add(1, value, i % 2 == 0 ? "one" : "two");
            rig.Make(gauge).Set(1.0 / i, i < 999 ? value : "");
            if (i < 300) rig.Make(histogram).Record(i * 0.0625, value, "\U0001F600");
        }
        rig.Make(mirror);
        using var snapshot = rig.Read();
        Assert.Equal(5, snapshot.Families.Count);
        Assert.Contains(snapshot.Families[2].Series, static s => s.IsOverflow);
        JsonReading.Holds(Write(snapshot), snapshot);
    }

    [Fact]
    public async Task Write_SeriesThatBeganLater_SaysWhen()
    {
        FakeTimeProvider time = new();
        await using var kit = TestKit.Start(static o => o.Instruments["config.changes"] = new() { TimeToLive = TimeSpan.FromMinutes(10) }, time: time);
        time.Advance(TimeSpan.FromMinutes(1));
        kit.Meter<BusinessMetrics>().ConfigChanged("network");
        using var snapshot = await kit.SnapshotAsync();
        byte[] document = Write(snapshot);
        JsonReading.Holds(document, snapshot);
        using var json = JsonDocument.Parse(document);
        Assert.Equal(snapshot.StartTime.AddMinutes(1), JsonReading.Series(json.RootElement, "config.changes").GetProperty("start_time").GetDateTimeOffset());
        Assert.False(JsonReading.Series(json.RootElement, "metricskit.enabled").TryGetProperty("start_time", out _));
    }

    [Fact]
    public async Task Write_RecordedSamples_CarryTheTagsOfEachSeries()
    {
        await using var kit = TestKit.Start(static o => o.Tags["site"] = "north");
        var recorder = kit.Services.GetRequiredService<IMetricRecorder>();
        recorder.Record("line.energy", 1.5, SampleKind.Counter, ("line", "a"), ("hall", "2"));
        recorder.Record("line.energy", 2, SampleKind.Counter, ("line", "b"));
        recorder.Record("line.energy", 4, SampleKind.Counter);
        recorder.Record("weight", 70, SampleKind.Histogram, ("größe", "\"x\""));
        Assert.True(await recorder.FlushAsync(Threads.Patience));
        using var snapshot = await kit.SnapshotAsync();
        byte[] document = Write(snapshot);
        JsonReading.Holds(document, snapshot);
        using var json = JsonDocument.Parse(document);
        Assert.Equal(1.5, JsonReading.Series(json.RootElement, "line.energy", ("hall", "2"), ("line", "a")).GetProperty("value").GetDouble());
        Assert.Equal(1, JsonReading.Series(json.RootElement, "weight", ("größe", "\"x\"")).GetProperty("count").GetInt64());
    }

    [Fact]
    public void Write_AnyLabelTagAndDescription_ComesBackSanitised() => Properties.Hold(HostileText.LabelValues, static text =>
    {
        if (Record.Exception(() => Define.Counter("t", "1", text)) is not null) return; // refused with a sentence
        var row = Define.Counter("t", "1", text, A);
        using TextRig rig = new("", [("site", text)], row);
        rig.Make(row).Add(1, text);
        using var json = JsonDocument.Parse(Text(rig));
        string expected = TagText.Sanitise(text, out _);
        Assert.Equal(expected, json.RootElement.GetProperty("tags").GetProperty("site").GetString());
        Assert.Equal(expected, JsonReading.Series(json.RootElement, "t").GetProperty("tags").GetProperty("a").GetString());
        Assert.Equal(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)), json.RootElement.GetProperty("families")[0].GetProperty("description").GetString());
    });

    [Fact]
    public void Write_AnyUnit_IsRefusedOrComesBack() => Properties.Hold(HostileText.LabelValues, static unit =>
    {
        if (Record.Exception(() => Define.Gauge("t", unit, "T.")) is not null) return;
        var row = Define.Gauge("t", unit, "T.");
        using TextRig rig = new("", null, row);
        rig.Make(row).Set(1);
        using var json = JsonDocument.Parse(Text(rig));
        Assert.Equal(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(unit)), json.RootElement.GetProperty("families")[0].GetProperty("unit").GetString());
    });

    [Fact]
    public void Write_AnyDouble_ComesBackBitForBit()
    {
        var gauge = Define.Gauge("g", "1", "G.");
        var histogram = Define.Histogram("h", "s", "H.") with { Bounds = [-1, 0, 1] };
        Properties.Hold(HostileNumbers.FiniteDoubles, value => Cultures.ForEach(() =>
        {
            using TextRig rig = new("", null, gauge, histogram);
            rig.Make(gauge).Set(value);
            for (int i = 0; i < 3; i++) rig.Make(histogram).Record(value); // a sum may stop at the largest double
            using var snapshot = rig.Read();
            JsonReading.Holds(Write(snapshot), snapshot);
        }));
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(9_007_199_254_740_993)] // 2^53 + 1, which no double is
    [InlineData(1_000_000_000_000_000_000)]
    public void Write_WholeNumbers_KeepAllTheirDigits(long value)
    {
        var counter = Define.Counter("c", "1", "C.");
        var upDown = Define.UpDownCounter("u", "1", "U.");
        using TextRig rig = new("", null, counter, upDown);
        rig.Make(counter).Add(value);
        rig.Make(upDown).Add(-value);
        Cultures.ForEach(() =>
        {
            using var json = JsonDocument.Parse(Text(rig));
            Assert.Equal(value.ToString(CultureInfo.InvariantCulture), JsonReading.Series(json.RootElement, "c").GetProperty("value").GetRawText());
            Assert.Equal((-value).ToString(CultureInfo.InvariantCulture), JsonReading.Series(json.RootElement, "u").GetProperty("value").GetRawText());
        });
    }

    [Fact]
    public void Write_TenThousandSeries_AllocatesWhatTenDo()
    {
        Assert.Equal(Allocated(10), Allocated(10_000));

        static long Allocated(int series)
        {
            var counter = Define.Counter("c", "1", "C.", A) with { MaxSeries = 10_000 };
            var histogram = Define.Histogram("h", "s", "H.", A) with { MaxSeries = 10_000 };
            using TextRig rig = new("", [("site", "north")], counter, histogram);
            for (int i = 0; i < series; i++)
            {
                string value = i.ToString(CultureInfo.InvariantCulture);
                rig.Make(counter).Add(i, value);
                rig.Make(histogram).Record(i, value);
            }
            using var snapshot = rig.Read();
            ArrayBufferWriter<byte> to = new(16 << 20);
            long least = long.MaxValue; // a collection meanwhile adds what was left of the thread's allocation context, and the first run has its statics made
            for (int run = 0; run < 5; run++)
            {
                to.ResetWrittenCount();
                long before = GC.GetAllocatedBytesForCurrentThread();
                JsonSnapshotWriter.Write(snapshot, to);
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }
            return least;
        }
    }

    [Fact]
    public void Write_SnapshotThatWasGivenBack_IsRefused()
    {
        using TextRig rig = new();
        var snapshot = rig.Read();
        snapshot.Dispose();
        Assert.Throws<ObjectDisposedException>(() => JsonSnapshotWriter.Write(snapshot, new ArrayBufferWriter<byte>()));
    }

    static string Text(TextRig rig)
    {
        using var snapshot = rig.Read();
        return Encoding.UTF8.GetString(Write(snapshot));
    }

    static byte[] Write(MetricsSnapshot snapshot)
    {
        ArrayBufferWriter<byte> to = new();
        JsonSnapshotWriter.Write(snapshot, to);
        return to.WrittenSpan.ToArray();
    }
}
