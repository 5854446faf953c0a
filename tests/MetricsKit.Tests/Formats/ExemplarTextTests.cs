using System.Diagnostics;
using System.Globalization;
using System.Text;
using MetricsKit.Testing;
using MetricsKit.Tests.Aggregation;
using Xunit;

namespace MetricsKit.Tests.Formats;

/// <summary>How exemplars are written, and where not.</summary>
public sealed class ExemplarTextTests
{
    static readonly TagKey<string> A = TagKey.Open("a");
    static readonly ActivityTraceId Trace = ActivityTraceId.CreateFromString("0af7651916cd43dd8448eb211c80319c");
    static readonly ActivitySpanId Span = ActivitySpanId.CreateFromString("b7ad6b7169203331");
    static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, 125, TimeSpan.Zero);

    [Fact]
    public void OpenMetrics_WithExemplars_IsThisTextAndTheOlderTextHasNone()
    {
        var counter = Define.Counter("jobs.done", "{job}", "Jobs that are done.", A);
        var upDown = Define.UpDownCounter("jobs.open", "{job}", "Jobs that are open.");
        var histogram = Define.Histogram("job.duration", "s", "Time that a job takes.") with { Bounds = [0.5, 1] };
        using TextRig rig = new("", [("site", "north")], counter, upDown, histogram);
        rig.Make(counter).Add(3, "x");
        rig.Make(counter).Add(4, "y");
        rig.Make(upDown).Add(2);
        rig.Make(histogram).Record(0.75);
        rig.Make(histogram).Record(8);
        string before = rig.Text(ExpositionFormat.PrometheusText);
        Put(rig.Make(counter), at: 1, 1.5);
        Put(rig.Make(histogram), at: 0, 0.75, bucket: 1);
        Put(rig.Make(histogram), at: 0, 8, bucket: 2);

        Assert.Equal(
            """
            # TYPE jobs_done counter
            # HELP jobs_done Jobs that are done.
            jobs_done_total{a="x",site="north"} 3
            jobs_done_total{a="y",site="north"} 4 # {trace_id="0af7651916cd43dd8448eb211c80319c",span_id="b7ad6b7169203331"} 1.5 1767268800.125
            # TYPE jobs_open gauge
            # HELP jobs_open Jobs that are open.
            jobs_open{site="north"} 2
            # TYPE job_duration_seconds histogram
            # UNIT job_duration_seconds seconds
            # HELP job_duration_seconds Time that a job takes.
            job_duration_seconds_bucket{site="north",le="0.5"} 0
            job_duration_seconds_bucket{site="north",le="1.0"} 1 # {trace_id="0af7651916cd43dd8448eb211c80319c",span_id="b7ad6b7169203331"} 0.75 1767268800.125
            job_duration_seconds_bucket{site="north",le="+Inf"} 2 # {trace_id="0af7651916cd43dd8448eb211c80319c",span_id="b7ad6b7169203331"} 8 1767268800.125
            job_duration_seconds_sum{site="north"} 8.75
            job_duration_seconds_count{site="north"} 2
            # EOF

            """.ReplaceLineEndings("\n"),
            rig.Text(ExpositionFormat.OpenMetrics));
        Assert.Equal(before, rig.Text(ExpositionFormat.PrometheusText));
        rig.Parse();
    }

    [Fact]
    public void Exemplar_OfABucketThatTheSnapshotHasNotCounted_WaitsForTheNext()
    {
        var counter = Define.Counter("jobs", "1", "Jobs.", A);
        var histogram = Define.Histogram("job.duration", "s", "Time.") with { Bounds = [1] };
        using TextRig rig = new("", null, counter, histogram);
        rig.Make(counter).Add(0, "x");
        rig.Make(histogram).Record(0.5);
        Put(rig.Make(counter), at: 0, 1);
        Put(rig.Make(histogram), at: 0, 2, bucket: 1);

        Assert.DoesNotContain(" # ", rig.Text(ExpositionFormat.OpenMetrics), StringComparison.Ordinal);
        using (var snapshot = rig.Read()) Assert.Empty(snapshot.Families.SelectMany(static f => f.Series).SelectMany(static s => s.Exemplars));

        rig.Make(counter).Add(1, "x");
        rig.Make(histogram).Record(2);
        Assert.Equal(2, rig.Parse().OpenMetrics.Samples.Count(static s => s.Exemplar is not null));
    }

    [Theory]
    [InlineData(double.MaxValue), InlineData(double.MinValue), InlineData(double.Epsilon), InlineData(-2.2250738585072014E-308), InlineData(1e16), InlineData(-0.0)]
    public void Exemplar_OfAnyValueAtAnyTime_FitsItsRoomAndReadsBack(double value)
    {
        foreach (var time in new[] { DateTimeOffset.MinValue, DateTimeOffset.UnixEpoch, Noon, DateTimeOffset.MaxValue })
        {
            var span = new byte[ExemplarText.Room + 1];
            span[0] = (byte)'\n';
            int end = ExemplarText.PutAtEnd(new(value, time, Trace, Span, 0), span.AsSpan(), 1);

            string text = "# TYPE t counter\nt_total 1" + Encoding.UTF8.GetString(span, 0, end) + "# EOF\n";
            var read = ExpositionParser.Parse(text, ExpositionSyntax.OpenMetrics).Sample("t_total").Exemplar!;
            Assert.Equal((value, 63), (read.Value, read.Labels.Sum(static l => l.Key.Length + l.Value.Length)));
            Assert.Equal((time - DateTimeOffset.UnixEpoch).TotalSeconds, read.Timestamp!.Value, 0.002);
        }
    }

    [Fact]
    public void Fill_WithExemplarsInShortSpans_GivesTheSameTextAndWritesNothingBehindThem()
    {
        var counter = Define.Counter("jobs", "1", "Jobs.", A) with { MaxSeries = 4000 };
        var histogram = Define.Histogram("job.duration", "s", "Time.", A) with { Bounds = [1, 2, 3, 4], MaxSeries = 2000 };
        var brief = Define.Counter("calls", "1", "Calls.", A) with { MaxSeries = 6000 };
        var briefTime = Define.Histogram("call.duration", "s", "Time.", A) with { Bounds = [1, 2], MaxSeries = 4000 };
        using TextRig rig = new("", null, counter, histogram, brief, briefTime);
        var value = new string('ä', 200);
        for (int i = 0; i < 2000; i++) rig.Make(counter).Add(1, value + i);
        for (int i = 0; i < 1000; i++)
        {
            for (int bucket = 0; bucket < 5; bucket++) rig.Make(histogram).Record(bucket + 0.5, value + i);
        }
        for (int i = 0; i < 2000; i += 3) Put(rig.Make(counter), i, 1);
        for (int i = 0; i < 1000; i += 2)
        {
            for (int bucket = i % 3; bucket < 5; bucket += 2) Put(rig.Make(histogram), i, bucket + 0.5, bucket);
        }
        for (int i = 0; i < 3000; i++) // lines that are shorter than what stands behind them
        {
            rig.Make(brief).Add(1, i.ToString(CultureInfo.InvariantCulture));
            rig.Make(briefTime).Record(1.5, i.ToString(CultureInfo.InvariantCulture));
        }
        for (int i = 0; i < 3000; i++)
        {
            Put(rig.Make(brief), i, 1);
            Put(rig.Make(briefTime), i, 1.5, bucket: 1);
        }
        using var snapshot = rig.Read();
        string whole = TestKit.Text(snapshot, ExpositionFormat.OpenMetrics);

        Assert.Equal(667 + 1167 + 3000 + 3000, whole.Split(" # {trace_id").Length - 1);
        ExpositionParser.Parse(whole, ExpositionSyntax.OpenMetrics);
        foreach (int span in new[] { PrometheusTextWriter.SegmentSize, PrometheusTextWriter.SegmentSize + 1, 99_999 })
            Assert.Equal(whole, Encoding.UTF8.GetString(TextRig.Fill(snapshot, ExpositionFormat.OpenMetrics, span)));
    }

    static void Put(Instrument on, int at, double value, int bucket = 0)
    {
        var place = on.Table!.Index.PlaceOf(at);
        place.Block!.Labels.ExemplarAt(place.At, bucket, Math.Max(1, on.Table.RunLength - 1)) = new(value, Noon, Trace, Span, 0);
    }
}
