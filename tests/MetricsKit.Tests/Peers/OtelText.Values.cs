using System.Diagnostics.Metrics;
using System.Globalization;
using MetricsKit.Testing;
using Xunit;
using static MetricsKit.Tests.Peers.PeerScrape;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace MetricsKit.Tests.Peers;

static partial class OtelText
{
    public static PeerSuite Suite { get; } = Buffers(OtelExemplars.Add(OtelHistograms.Add(Numbers(LabelValues(Labels(Schemes(Scopes(Families(new("OpenTelemetry", "PrometheusSerializerTests", 96))))))))));

    static PeerSuite Labels(PeerSuite suite) => suite
        .Met("otel-label-one", "A tag is a label, with the case of its key.", ["GaugeOneDimension", "GaugeBoolDimension"],
            Run(static async scrape =>
            {
                scrape.Meter.CreateObservableGauge<long>("test_gauge", static () => [new Measurement<long>(123, new Tag("tagKey", "tagValue")), new Measurement<long>(124, new Tag("tagKey", true))]);
                Assert.Equal(["test_gauge{tagKey=\"tagValue\"} 123", "test_gauge{tagKey=\"true\"} 124"], await scrape.SamplesAsync());
            }))
        .Met("otel-label-key", "A colon in a key becomes an underscore, and one goes before a digit at the beginning.", ["WriteLabelKeyNormalizesPrometheusLabelNames", "WriteLabelKeyNormalizesOpenMetricsLabelNames", "WriteLabelKeyPrefixesLeadingDigits"],
            Tagged("a_b_c=\"x\"", new Tag("a_b:c", "x")).Then(Tagged("_2foo=\"x\"", new Tag("2foo", "x"))))
        .Differs("otel-label-key-runs", "Signs in a row that a key cannot hold become one underscore.", "Each becomes one of its own, so that keys which differ in them stay different labels.", ["WriteLabelKeyCollapsesPrometheusInvalidCharacters", "WriteLabelKeyCollapsesOpenMetricsInvalidCharacters"],
            Tagged("a____b=\"x\"", new Tag("a.._/b", "x")))
        .Differs("otel-label-key-empty", "A tag without a key is a label _.", "It is left out, since nobody could ask for it by name; a key _ stays.", ["GaugeEmptyDimensionName", "WriteLabelKeyNullOrEmptyName", "WriteMetricConcatenatesCollidingEmptyAndUnderscoreLabelKeys"],
            Tagged("a=\"x\"", new Tag("", "tagValue"), new Tag("a", "x")).Then(Tagged("_=\"underscore\"", new Tag("", "empty"), new Tag("_", "underscore"))))
        .Differs("otel-label-collision", "Values of keys that become one label are joined with semicolons in the order of the keys.", LastWins,
            ["WriteMetricConcatenatesCollidingSanitizedLabelValuesInLexicographicOrder", "WriteMetricConcatenatesCollidingLeadingDigitLabelKeys", "WriteMetricSuppressesScopeLabelsWhenPointTagsCollide"],
            Tagged("foo_bar=\"underscore\"", new Tag("foo.bar", "dot"), new Tag("foo-bar", "hyphen"), new Tag("foo_bar", "underscore"))
                .Then(Tagged("_1foo=\"underscore\"", new Tag("1foo", "digit"), new Tag("_1foo", "underscore")))
                .Then(Tagged("a_b=\"value2\"", new Tag("a.b", "value1"), new Tag("a/b", "value2"))));

    static PeerSuite LabelValues(PeerSuite suite) => suite
        .Met("otel-value-escapes", "Quotation mark, backslash and line feed are escaped, everything else stays.", ["WriteLabelValueEscapesSpecialCharacters", "WriteMetricSerializesStaticMeterTagBoundaryValues", "WriteLabelValueFormatsTypedValues"],
            Values(("tagValue", "tagValue"), ("tagValueWith\"Quote", "tagValueWith\\\"Quote"), ("tagValueWith\\Backslash", "tagValueWith\\\\Backslash"), ("tagValueWith\nNewline", "tagValueWith\\nNewline"), ("\"line1\\\nline2\"", "\\\"line1\\\\\\nline2\\\""), ("caf\u00e9", "caf\u00e9")))
        .Met("otel-value-types", "Booleans are in lower case; whole numbers, decimals and other values are spelled in invariant culture.", ["WriteMetricSerializesStaticMeterTagBoundaryValues", "WriteLabelValueFormatsTypedValues", "WriteLabelFormatsTypedValues"],
            Values(
                (false, "false"), (true, "true"), (sbyte.MinValue, "-128"), (byte.MaxValue, "255"), (short.MinValue, "-32768"), (ushort.MaxValue, "65535"), (int.MinValue, "-2147483648"), (0, "0"), (uint.MaxValue, "4294967295"),
                (long.MinValue, "-9223372036854775808"), (0L, "0"), (ulong.MaxValue, "18446744073709551615"), (decimal.MinValue, "-79228162514264337593543950335"), (0m, "0"), (1.5d, "1.5"), (double.NaN, "NaN"),
                (new Guid("12345678-1234-1234-1234-1234567890ab"), "12345678-1234-1234-1234-1234567890ab"), (new Version(1, 2, 3), "1.2.3")))
        .Differs("otel-value-floating", "A floating value of a tag is spelled as a bound is: with .0, +Inf and a small e.", "It is spelled as .NET spells it, in every format and sink the same.", ["WriteMetricSerializesStaticMeterTagBoundaryValues", "WriteLabelValueFormatsTypedValues"],
            Values((0f, "0"), (0d, "0"), (double.PositiveInfinity, "Infinity"), (double.NegativeInfinity, "-Infinity"), (float.MaxValue, "3.4028235E+38"), (double.MaxValue, "1.7976931348623157E+308")))
        .Differs("otel-value-empty", "A tag whose value is null or empty is a label with an empty value.", "It is left out, which is the same series to Prometheus.", ["WriteMetricSerializesStaticMeterTagBoundaryValues", "WriteLabelValueFormatsTypedValues"],
            Tagged("a=\"x\"", new Tag("a", "x"), new Tag("b", null), new Tag("c", "")))
        .Met("otel-value-unicode", "Pairs of surrogates are one character of UTF-8, and a lone one becomes U+FFFD.", ["WriteUnicodeStringEncodesSurrogatePairsAsUtf8ScalarValues", "WriteUnicodeStringReplacesInvalidSurrogates", "WriteUnicodeStringReplacesLoneLowSurrogate"],
            Values(("rocket:\U0001F680", "rocket:\U0001F680"), ("rocket:\uD83D", "rocket:\uFFFD"), ("rocket:\uDE80", "rocket:\uFFFD")));

    static PeerSuite Numbers(PeerSuite suite) => suite
        .Met("otel-number-counter", "A counter shows every whole number of 64 bits.", ["SumLongSerializesBoundaryValues"],
            Run(static async scrape =>
            {
                scrape.Meter.CreateCounter<long>("zero").Add(0);
                scrape.Meter.CreateCounter<long>("most").Add(long.MaxValue);
                Assert.Equal(["zero_total 0", "most_total 9223372036854775807"], await scrape.SamplesAsync());
            }))
        .Met("otel-number-long", "A whole number has its digits and nothing else.", ["WriteLongMatchesInvariantFormatting"],
            Run(static async scrape =>
            {
                foreach (long value in (long[])[long.MinValue, -1, 0, 1, long.MaxValue]) scrape.Meter.CreateUpDownCounter<long>("level").Add(value, new Tag("of", value));
                string[] expected = [.. ((long[])[long.MinValue, -1, 0, 1, long.MaxValue]).Select(static v => string.Create(CultureInfo.InvariantCulture, $"level{{of=\"{v}\"}} {v}"))];
                Assert.Equal(expected, await scrape.SamplesAsync());
            }))
        .Met("otel-number-double", "A number is the shortest that reads back as itself, in invariant culture.", ["WriteDoubleMatchesInvariantFormatting"],
            Gauges((-1234.5, "-1234.5"), (0, "0"), (-0d, "-0"), (1234.5, "1234.5"), (0.005, "0.005"), (0.075, "0.075"), (0.0111996, "0.0111996"), (1e-07, "1E-07"), (0.1 + 0.2, "0.30000000000000004")))
        .Met("otel-number-precision", "No number loses a bit.", ["WriteDoubleDoesNotLosePrecision"],
            Run(static async scrape =>
            {
                double[] values = [double.Epsilon, double.MinValue, double.MaxValue, 0.1 + 0.2, 1d / 3, Math.PI, 2.2250738585072014e-308, 7.793112545177861, -6.186496929997836e+44];
                var gauge = scrape.Meter.CreateGauge<double>("g");
                for (int i = 0; i < values.Length; i++) gauge.Record(values[i], new Tag("i", i));
                Assert.Equal(values, (await scrape.SamplesAsync()).Select(static line => double.Parse(line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture)));
            }))
        .Differs("otel-number-infinite-sum", "A sum that has grown past the largest number is +Inf.", "It stays at the largest number: no sum ever is anything but a finite one.", ["SumDoubleInfinities"],
            Text(static m =>
            {
                var counter = m.CreateCounter<double>("test_counter");
                counter.Add(1e308);
                counter.Add(1e308);
            }, "# TYPE test_counter_total counter", "test_counter_total 1.7976931348623157E+308"))
        .Differs("otel-number-not-finite", "A gauge shows infinities and what is not a number.", OnlyFinite, ["GaugeDoubleSubnormal", "WriteDoubleMatchesInvariantFormatting", "WriteDoubleFormatsNaN"],
            Run(static async scrape =>
            {
                scrape.Meter.CreateObservableGauge<double>("test_gauge", static () => [new(double.NegativeInfinity, new Tag("x", 1)), new(double.PositiveInfinity, new Tag("x", 2)), new(double.NaN, new Tag("x", 3)), new(4, new Tag("x", 4))]);
                var counter = scrape.Meter.CreateCounter<double>("test_counter");
                foreach (double value in (double[])[4, double.NaN, double.PositiveInfinity]) counter.Add(value);
                Assert.Equal(["test_gauge{x=\"4\"} 4", "test_counter_total 4"], await scrape.SamplesAsync());
                Assert.InRange(scrape.Count(LedgerEntry.NotFinite), 2 + 3, long.MaxValue);
            }));

    static PeerSuite Buffers(PeerSuite suite) => suite
        .Skips("Buffers of the exporter's own writer; here a writer is given 64 KiB at least, and stops at the last whole line that fits.",
            "SerializeTagsBufferGrowthIsCappedToPreventUnboundedAllocation", "WriteAsciiStringNoEscapeThrowsExceptionWhenBufferTooSmall", "WriteCanonicalLabelValueThrowsArgumentExceptionWhenBufferTooSmall",
            "WriteSerializedTagValuesThrowsWhenBufferTooSmall", "WriteMetricNameThrowsWhenBufferTooSmall")
        .Skips("There are no untyped metrics here, and .NET has no instrument for them.", "UntypedMetricUsesUnknownTypeForOpenMetrics", "UntypedMetricUsesUntypedTypeForPrometheusTextFormat")
        .Skips("A protocol that no client can negotiate.", "GetSerializerThrowsForUnsupportedProtocolVersion");

    static Func<Task> Tagged(string labels, params Tag[] tags) => Run(async scrape =>
    {
        scrape.Meter.CreateCounter<int>("test_counter").Add(1, tags);
        string[] expected = [$"test_counter_total{{{labels}}} 1"];
        Assert.Equal(expected, await scrape.SamplesAsync());
        Assert.Equal(expected, await scrape.SamplesAsync(ExpositionFormat.OpenMetrics));
    });

    /// <summary>Values of a tag, as a tag of the measurement and of the meter.</summary>
    static Func<Task> Values(params (object? Value, string Text)[] rows) => async () =>
    {
        foreach (var (value, text) in rows)
        {
            await Tagged($"tag=\"{text}\"", new Tag("tag", value))();
            await Scoped([new("tag", value)], static m => m.CreateGauge<int>("test_gauge").Record(123), $"test_gauge{{tag=\"{text}\"}} 123")();
        }
    };

    static Func<Task> Gauges(params (double Value, string Text)[] rows) => Run(async scrape =>
    {
        var gauge = scrape.Meter.CreateGauge<double>("g");
        for (int i = 0; i < rows.Length; i++) gauge.Record(rows[i].Value, new Tag("i", i));
        Assert.Equal(rows.Select(static (row, i) => $"g{{i=\"{i}\"}} {row.Text}"), await scrape.SamplesAsync());
    });

    static Func<Task> Then(this Func<Task> first, Func<Task> next) => async () =>
    {
        await first();
        await next();
    };
}
