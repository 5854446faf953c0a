using System.Globalization;
using System.Text;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Formats;

public sealed class PrometheusTextWriterTests
{
    static readonly TagKey<string> A = TagKey.Open("a"), B = TagKey.Open("b.c");

    [Fact]
    [Trait("Requirement", "S1-045")]
    public void Write_EachKind_IsThisText()
    {
        var counter = Define.Counter("jobs.done", "{job}", "Jobs that are done.", A);
        var upDown = Define.UpDownCounter("jobs.open", "{job}", "Jobs that are open.");
        var gauge = Define.Gauge("water.temperature", "Cel", "How warm the \"water\" is \\ was.", B);
        var histogram = Define.Histogram("job.duration", "s", "Time that a job takes.", A) with { Bounds = [0.5, 1, 1e6, 1e21] };
        using TextRig rig = new("oht50", [("site", "north")], counter, upDown, gauge, histogram);
        rig.Make(counter).Add(3, "x");
        rig.Make(upDown).Add(-2);
        rig.Make(gauge).Set(21.5, "tank\n1");
        rig.Make(histogram).Record(0.5, "x");
        rig.Make(histogram).Record(2, "x");

        Assert.Equal(
            """
            # HELP oht50_jobs_done_total Jobs that are done.
            # TYPE oht50_jobs_done_total counter
            oht50_jobs_done_total{a="x",site="north"} 3
            # HELP oht50_jobs_open Jobs that are open.
            # TYPE oht50_jobs_open gauge
            oht50_jobs_open{site="north"} -2
            # HELP oht50_water_temperature_celsius How warm the "water" is \\ was.
            # TYPE oht50_water_temperature_celsius gauge
            oht50_water_temperature_celsius{b_c="tank\n1",site="north"} 21.5
            # HELP oht50_job_duration_seconds Time that a job takes.
            # TYPE oht50_job_duration_seconds histogram
            oht50_job_duration_seconds_bucket{a="x",site="north",le="0.5"} 1
            oht50_job_duration_seconds_bucket{a="x",site="north",le="1.0"} 1
            oht50_job_duration_seconds_bucket{a="x",site="north",le="1000000.0"} 2
            oht50_job_duration_seconds_bucket{a="x",site="north",le="1e+21"} 2
            oht50_job_duration_seconds_bucket{a="x",site="north",le="+Inf"} 2
            oht50_job_duration_seconds_sum{a="x",site="north"} 2.5
            oht50_job_duration_seconds_count{a="x",site="north"} 2

            """.ReplaceLineEndings("\n"),
            rig.Text(ExpositionFormat.PrometheusText));
        Assert.Equal(
            """
            # TYPE oht50_jobs_done counter
            # HELP oht50_jobs_done Jobs that are done.
            oht50_jobs_done_total{a="x",site="north"} 3
            # TYPE oht50_jobs_open gauge
            # HELP oht50_jobs_open Jobs that are open.
            oht50_jobs_open{site="north"} -2
            # TYPE oht50_water_temperature_celsius gauge
            # UNIT oht50_water_temperature_celsius celsius
            # HELP oht50_water_temperature_celsius How warm the \"water\" is \\ was.
            oht50_water_temperature_celsius{b_c="tank\n1",site="north"} 21.5
            # TYPE oht50_job_duration_seconds histogram
            # UNIT oht50_job_duration_seconds seconds
            # HELP oht50_job_duration_seconds Time that a job takes.
            oht50_job_duration_seconds_bucket{a="x",site="north",le="0.5"} 1
            oht50_job_duration_seconds_bucket{a="x",site="north",le="1.0"} 1
            oht50_job_duration_seconds_bucket{a="x",site="north",le="1000000.0"} 2
            oht50_job_duration_seconds_bucket{a="x",site="north",le="1e+21"} 2
            oht50_job_duration_seconds_bucket{a="x",site="north",le="+Inf"} 2
            oht50_job_duration_seconds_sum{a="x",site="north"} 2.5
            oht50_job_duration_seconds_count{a="x",site="north"} 2
            # EOF

            """.ReplaceLineEndings("\n"),
            rig.Text(ExpositionFormat.OpenMetrics));
        rig.Parse();
    }

    [Fact]
    public void Write_AnyLabelValue_ComesBackSanitised()
    {
        var counter = Define.Counter("t", "1", "T.", A, B) with { MaxSeries = 1_000_000 };
        var histogram = Define.Histogram("h", "s", "H.", A) with { Bounds = [1] };
        using TextRig rig = new("", null, counter, histogram);
        Properties.Hold(HostileText.LabelValues, value =>
        {
            rig.Make(counter).Add(1, value, "fixed");
            rig.Make(histogram).Record(2, value);
            string expected = TagText.Sanitise(value, out _);
            var (text, openMetrics) = rig.Parse();
            foreach (var read in new[] { text, openMetrics })
            {
                Assert.Contains(read.Samples, s => s.Name == "t_total" && (s["a"] ?? "") == expected && s["b_c"] == "fixed");
                Assert.Contains(read.Samples, s => s.Name == "h_seconds_sum" && (s["a"] ?? "") == expected);
            }
        });
    }

    [Fact]
    public void Write_AnyConstantTag_IsRefusedOrComesBackSanitised() => Properties.Hold(HostileText.Names, static key =>
    {
        Cultures.ForEach(() =>
        {
            MetricsKitOptions options = new();
            options.Tags[key] = "north";
            InstrumentPolicy policy = new(options, []);
            if (policy.Faults().Any()) return;
            var row = Define.Histogram("t", "s", "T.", A) with { Bounds = [1], MaxSeries = 1 };
            using TextRig rig = new("", [(key, "north")], row);
            rig.Make(row).Record(1, "x");
            rig.Make(row).Record(1, "folded");
            var (text, openMetrics) = rig.Parse();
            foreach (var read in new[] { text, openMetrics }) Assert.All(read.Samples, s => Assert.Equal(key != "a", s[PrometheusName.OfTag(key)] == "north")); // a series' own tag wins
        });
    });

    [Fact]
    public void Write_AnyValueOfAConstantTag_ComesBackSanitised() => Properties.Hold(HostileText.LabelValues, static value =>
    {
        if (value.Length == 0) return;
        var row = Define.Gauge("t", "1", "T.");
        using TextRig rig = new("", [("site", value)], row);
        rig.Make(row).Set(1);
        var (text, openMetrics) = rig.Parse();
        Assert.Equal(TagText.Sanitise(value, out _), text.Samples[0]["site"]);
        Assert.Equal(TagText.Sanitise(value, out _), openMetrics.Samples[0]["site"]);
    });

    [Fact]
    public void Define_AnyNameKeyAndPrefix_IsRefusedOrExportedValidly() => Properties.Hold(HostileText.Names, static name => Cultures.ForEach(() =>
    {
        foreach (var row in Rows(name))
        {
            string prefix = InstrumentNames.IsPrefix(name) ? name : "p";
            using TextRig rig = new(prefix, null, row);
            switch (row)
            {
                case InstrumentDefinition<CounterInstrument<string>> counter: rig.Make(counter).Add(1, "x"); break;
                case InstrumentDefinition<HistogramInstrument> histogram: rig.Make(histogram).Record(1); break;
                case InstrumentDefinition<GaugeInstrument> gauge: rig.Make(gauge).Set(1); break;
            }
            rig.Parse();
        }
    }));

    [Fact]
    public void Define_AnyDescriptionAndUnit_IsRefusedOrExportedValidly() => Properties.Hold(HostileText.LabelValues, static text =>
    {
        if (Record.Exception(() => Define.Gauge("t", text, "T.")) is null)
        {
            var unit = Define.Histogram("t", text, "T.");
            using TextRig units = new("", null, unit);
            units.Make(unit).Record(1);
            units.Parse();
        }
        if (Record.Exception(() => Define.Gauge("t", "1", text)) is not null) return;
        var row = Define.Counter("t", "s", text);
        using TextRig rig = new("", null, row);
        rig.Make(row).Add(1);
        var (read, openMetrics) = rig.Parse();
        string help = string.Join(' ', Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(help, read.Families[0].Help);
        Assert.Equal(help, openMetrics.Families[0].Help);
    });

    [Fact]
    public void PrometheusName_AnyText_IsRefusedOrExportedValidly() => Properties.Hold(HostileText.Names, static name =>
    {
        InstrumentDefinition<GaugeInstrument>? row = null;
        if (Record.Exception(() => row = Define.Gauge("t", "1", "T.") with { PrometheusName = name }) is { } refused)
        {
            Assert.IsType<ArgumentException>(refused);
            return;
        }
        using TextRig rig = new("", null, row!);
        rig.Make(row!).Set(1);
        Assert.Equal(name, rig.Parse().Text.Families[0].Name);
    });

    [Fact]
    public void Write_AnyFiniteDouble_ComesBackBitForBit()
    {
        var gauge = Define.Gauge("g", "1", "G.");
        Properties.Hold(HostileNumbers.FiniteDoubles, value =>
        {
            foreach (string culture in Cultures.Names)
            {
                Cultures.Under(culture, () =>
                {
                    using TextRig rig = new("", null, gauge);
                    rig.Make(gauge).Set(value);
                    var (text, openMetrics) = rig.Parse();
                    Assert.Equal(BitConverter.DoubleToInt64Bits(value), BitConverter.DoubleToInt64Bits(text.Value("g")));
                    Assert.Equal(BitConverter.DoubleToInt64Bits(value), BitConverter.DoubleToInt64Bits(openMetrics.Value("g")));
                });
            }
        });
    }

    [Fact]
    public void Write_AnyDoubleRecorded_LeavesAValidHistogram() => Properties.Hold(HostileNumbers.Doubles, static value =>
    {
        var row = Define.Histogram("h", "s", "H.") with { Bounds = [0, 1, 2] };
        using TextRig rig = new("", null, row);
        for (int i = 0; i < 3; i++) rig.Make(row).Record(value);
        var (text, openMetrics) = rig.Parse();
        Assert.Equal(double.IsFinite(value) ? 3 : 0, text.Value("h_seconds_count"));
        Assert.Equal(text.Value("h_seconds_sum"), openMetrics.Value("h_seconds_sum"));
    });

    [Fact]
    public void Write_AnyBounds_AreCanonicalAndCumulative() => Properties.Hold(HostileNumbers.FiniteDoubles, static bound =>
    {
        double[] bounds = [.. new[] { bound, -bound, bound / 3, 0.1, 1, 1e17 }.Where(double.IsFinite).Select(static b => b == 0 ? 0 : b).Distinct().Order()];
        var row = Define.Histogram("h", "s", "H.") with { Bounds = [.. bounds] };
        using TextRig rig = new("", null, row);
        foreach (double value in bounds) rig.Make(row).Record(value);
        var (text, openMetrics) = rig.Parse();
        Assert.Equal(Enumerable.Range(1, bounds.Length).Append(bounds.Length).Select(static c => (double)c), text.Samples.Where(static s => s.Name == "h_seconds_bucket").Select(static s => s.Value));
        Assert.Equal(text.Samples.Select(static s => s["le"]).OfType<string>(), openMetrics.Samples.Select(static s => s["le"]).OfType<string>()); // beside negative bounds there are buckets alone
    });

    [Theory]
    [InlineData(ExpositionFormat.PrometheusText)]
    [InlineData(ExpositionFormat.OpenMetrics)]
    public void Fill_SmallestSpans_GiveTheBytesOfOneLargeSpan(ExpositionFormat format)
    {
        // More than one span of everything that a span can end in: headers, scalars, the middle of a histogram.
        // An eighth of a limit is kept back for what comes again.
        var counter = Define.Counter("c", "1", "C.", A) with { MaxSeries = 3428 };
        var histogram = Define.Histogram("h", "s", "H.", A, B) with { MaxSeries = 228, Bounds = [.. Enumerable.Range(1, 100).Select(static b => b * 0.125)] };
        var folding = Define.Counter("f", "1", "F.", A) with { MaxSeries = 5 };
        var empty = Define.Gauge("none", "1", "Nothing was set.", A);
        var last = Define.Gauge("z", "s", "Z.");
        using TextRig rig = new("p", [("site", "\"n\\\"\n")], counter, histogram, folding, empty, last);
        rig.Make(empty);
        rig.Make(last).Set(1);
        for (int i = 0; i < 4000; i++)
        {
            string value = i.ToString(CultureInfo.InvariantCulture) + new string('é', i % 250);
            rig.Make(counter).Add(i, value);
            rig.Make(folding).Add(1, value);
            if (i < 300) rig.Make(histogram).Record(i * 0.0625, value, "\U0001F600");
        }
        using var snapshot = rig.Read();
        byte[] whole = TextRig.Fill(snapshot, format, 64 << 20), parts = TextRig.Fill(snapshot, format, PrometheusTextWriter.SegmentSize), odd = TextRig.Fill(snapshot, format, PrometheusTextWriter.SegmentSize + 4099);

        Assert.True(whole.Length > 20 * PrometheusTextWriter.SegmentSize);
        Assert.True(whole.AsSpan().SequenceEqual(parts));
        Assert.True(whole.AsSpan().SequenceEqual(odd));
        var read = ExpositionParser.Parse(whole, format == ExpositionFormat.OpenMetrics ? ExpositionSyntax.OpenMetrics : ExpositionSyntax.Text);
        Assert.Equal(3001, read.Samples.Count(static s => s.Name == "p_c_total"));
        Assert.Equal(201 * 101, read.Samples.Count(static s => s.Name == "p_h_seconds_bucket"));
        Assert.Equal(300, read.Samples.Where(static s => s.Name == "p_h_seconds_count").Sum(static s => s.Value));
    }

    [Fact]
    public void Write_LabelsOfEveryLength_AreWrittenWhole()
    {
        // Labels are copied in steps that overrun their ends, numbers too: no length may lose a byte or leave one behind.
        var counter = Define.Counter("c", "1", "C.", A);
        var gauge = Define.Gauge("g", "1", "G.", A);
        var histogram = Define.Histogram("h", "1", "H.", A) with { Bounds = [-1.7976931348623157e308, 1] };
        using TextRig rig = new("", null, counter, gauge, histogram);
        StringBuilder counters = new(), gauges = new(), histograms = new();
        for (int i = 1; i <= 150; i++)
        {
            string value = new((char)('a' + i % 26), i);
            long count = (long)Math.Pow(10, i % 19);
            rig.Make(counter).Add(count, value);
            rig.Make(gauge).Set(-1.0 / i, value);
            rig.Make(histogram).Record(i, value);
            counters.Append(CultureInfo.InvariantCulture, $"c_total{{a=\"{value}\"}} {count}\n");
            gauges.Append(CultureInfo.InvariantCulture, $"g{{a=\"{value}\"}} {-1.0 / i:R}\n");
            histograms.Append(CultureInfo.InvariantCulture, $"h_bucket{{a=\"{value}\",le=\"-1.7976931348623157e+308\"}} 0\nh_bucket{{a=\"{value}\",le=\"1.0\"}} {(i == 1 ? 1 : 0)}\nh_bucket{{a=\"{value}\",le=\"+Inf\"}} 1\nh_sum{{a=\"{value}\"}} {i}\nh_count{{a=\"{value}\"}} 1\n");
        }
        using var snapshot = rig.Read();
        string text = Encoding.UTF8.GetString(TextRig.Fill(snapshot, ExpositionFormat.PrometheusText, PrometheusTextWriter.SegmentSize));
        Assert.Equal($"# HELP c_total C.\n# TYPE c_total counter\n{counters}# HELP g G.\n# TYPE g gauge\n{gauges}# HELP h H.\n# TYPE h histogram\n{histograms}", text);
    }

    [Fact]
    public void Render_AnyNumberOfSeries_LeavesRoomForTheLastCopy()
    {
        var counter = Define.Counter("c", "1", "C.", A);
        using TextRig rig = new("", null, counter);
        for (int i = 1; i <= 200; i++)
        {
            rig.Make(counter).Add(1, new string('x', i));
            using var snapshot = rig.Read();
            TextRig.Fill(snapshot, ExpositionFormat.PrometheusText, PrometheusTextWriter.SegmentSize);
            var rendered = snapshot.Data.Slices[0].Pages.Select(static p => p?.Rendered).OfType<RenderedLabels>().ToList(); // pages may be ahead of the series
            Assert.Equal(i, rendered.Sum(static r => r.Count));
            Assert.All(rendered, static r => Assert.True(r.Text.Length >= r.Ends[r.Count - 1] + TextBytes.Padding));
        }
    }

    [Fact]
    public void Fill_ShorterSpan_IsRefused()
    {
        var row = Define.Gauge("t", "1", "T.");
        using TextRig rig = new("", null, row);
        using var snapshot = rig.Read();
        PrometheusTextWriter writer = new(snapshot, ExpositionFormat.OpenMetrics);
        Assert.Throws<ArgumentException>(() => writer.Fill(new byte[PrometheusTextWriter.SegmentSize - 1]));
    }

    [Fact]
    public void Write_ScrapeAfterScrape_ShowsSeriesThatCameBetween()
    {
        var counter = Define.Counter("c", "1", "C.", A);
        var histogram = Define.Histogram("h", "s", "H.", A) with { Bounds = [1] };
        using TextRig rig = new("", null, counter, histogram);
        for (int i = 1; i <= 300; i++)
        {
            string value = i.ToString(CultureInfo.InvariantCulture);
            rig.Make(counter).Add(i, value);
            rig.Make(histogram).Record(i, value);
            if (i % 7 != 0) continue;
            var (text, _) = rig.Parse();
            Assert.Equal(Enumerable.Range(1, i).Select(static n => (double)n), text.Samples.Where(static s => s.Name == "c_total").Select(static s => s.Value));
            Assert.Equal(Enumerable.Range(1, i).Select(static n => (double)n), text.Samples.Where(static s => s.Name == "h_seconds_sum").Select(static s => s.Value));
        }
    }

    [Fact]
    public void Write_Mirror_RepeatsTheSeriesUnderItsOwnName()
    {
        var source = Define.Histogram("one", "s", "One.", A) with { Bounds = [1] };
        var mirror = Define.Mirror("two", "Two.", source);
        using TextRig rig = new("", null, mirror, source);
        rig.Make(source).Record(3, "x");
        rig.Make(mirror);
        var (text, _) = rig.Parse();
        Assert.Equal(3, text.Value("two_seconds_sum", ("a", "x")));
        Assert.Equal(3, text.Value("one_seconds_sum", ("a", "x")));
    }

    [Fact]
    public void Write_NamesThatCollide_FirstWinsAndTheTextStaysValid()
    {
        var histogram = Define.Histogram("x", "1", "X.") with { Bounds = [1] };
        var gauge = Define.Gauge("x.count", "1", "X.");
        var counter = Define.Counter("y", "1", "Y.");
        var same = Define.Gauge("y.total", "1", "Y.");
        var free = Define.Gauge("z", "1", "Z.");
        using TextRig rig = new("", null, histogram, gauge, counter, same, free);
        rig.Make(histogram).Record(1);
        rig.Make(gauge).Set(2);
        rig.Make(counter).Add(3);
        rig.Make(same).Set(4);
        rig.Make(free).Set(5);
        for (int scrape = 0; scrape < 2; scrape++)
        {
            var (text, openMetrics) = rig.Parse();
            Assert.Equal(["x", "y_total", "z"], text.Families.Select(static f => f.Name));
            Assert.Equal(["x", "y", "z"], openMetrics.Families.Select(static f => f.Name));
            Assert.Equal(3, text.Value("y_total"));
        }
        Assert.Equal([("x.count", "x"), ("y.total", "y")], rig.Conflicts.Select(static c => (c.Instrument, c.First)));
    }

    [PrometheusFact]
    public async Task Write_HostileLabelsAndNumbers_PromtoolAccepts()
    {
        var counter = Define.Counter("things.done", "{thing}", "Things that are done.", A) with { MaxSeries = 50 };
        var histogram = Define.Histogram("thing.duration", "s", "How long a \\ \"thing\" takes.", A) with { Bounds = [1e-7, 0.1, 1, 1e21] };
        var gauge = Define.Gauge("thing.size", "By", "How large a thing is.", A);
        using TextRig rig = new("oht50", [("site", "n\\\"o\nrth")], counter, histogram, gauge);
        Properties.Hold(HostileText.LabelValues, value =>
        {
            rig.Make(counter).Add(1, value);
            rig.Make(histogram).Record(0.3, value);
            rig.Make(gauge).Set(1e300, value);
        });
        var answer = await PromTool.CheckMetricsAsync(rig.Text(ExpositionFormat.PrometheusText));
        Assert.True(answer.ExitCode == 0, answer.Output);
    }

    static List<InstrumentDefinition> Rows(string name)
    {
        List<InstrumentDefinition> rows = [];
        Try(() => Define.Counter(name, "1", "T.", A));
        Try(() => Define.Counter("t", "1", "T.", TagKey.Open(name)));
        Try(() => Define.Histogram(name, "s", "T."));
        Try(() => Define.Gauge(name, "By", "T."));
        return rows;

        void Try(Func<InstrumentDefinition> make)
        {
            try { rows.Add(make()); }
            catch (ArgumentException) { } // refused with a sentence
        }
    }
}
