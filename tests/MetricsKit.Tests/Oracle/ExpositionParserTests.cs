using System.Text;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Oracle;

public sealed class ExpositionParserTests
{
    public static TheoryData<string> Rules => new(BrokenDocuments.All.Keys);

    [Theory]
    [MemberData(nameof(Rules))]
    public void Parse_BrokenRule_IsRefusedAtItsLine(string rule)
    {
        var broken = BrokenDocuments.All[rule];

        var refusal = Assert.Throws<ExpositionException>(() => ExpositionParser.Parse(broken.Bytes, broken.Format));

        Assert.Contains(broken.Sentence, refusal.Sentence, StringComparison.Ordinal);
        Assert.Equal(broken.Line, refusal.Line);
    }

    [Fact]
    public void Parse_LoneSurrogateInAString_IsRefusedAtItsLine()
    {
        var refusal = Assert.Throws<ExpositionException>(() => ExpositionParser.Parse("# TYPE x gauge\nx{a=\"\uD800\"} 1\n", ExpositionSyntax.Text));

        Assert.Equal(2, refusal.Line);
    }

    [Fact]
    public void Parse_TextWithEveryType_GivesFamiliesAndSamples()
    {
        var exposition = ExpositionParser.Parse(GoodDocuments.Text, ExpositionSyntax.Text);

        Assert.Equal(["requests_total", "queue_length", "wait_seconds", "sizes", "build_info", "silent"], exposition.Families.Select(family => family.Name));
        Assert.Equal(
            [ExpositionType.Counter, ExpositionType.Gauge, ExpositionType.Histogram, ExpositionType.Summary, ExpositionType.Unknown, ExpositionType.Gauge],
            exposition.Families.Select(family => family.Type));
        Assert.Equal("Requests,\nby \"path\" \\ method.", exposition.Family("requests_total").Help);
        Assert.Null(exposition.Family("sizes").Help);
        Assert.Empty(exposition.Family("silent").Samples);
        Assert.Equal(12.5, exposition.Value("requests_total", ("method", "GET"), ("path", "/a\n\"b\"\\c")));
        Assert.Equal(3, exposition.Value("wait_seconds_bucket", ("le", "+Inf")));
        Assert.Equal(double.NegativeInfinity, exposition.Value("queue_length", ("queue", "b")));
        Assert.True(double.IsNaN(exposition.Value("sizes", ("quantile", "0.5"))));
        Assert.Equal(exposition.Samples, exposition.Families.SelectMany(family => family.Samples));
    }

    [Fact]
    public void Parse_OpenMetricsWithEveryType_GivesFamiliesUnitsAndExemplars()
    {
        var exposition = ExpositionParser.Parse(GoodDocuments.OpenMetrics, ExpositionSyntax.OpenMetrics);

        Assert.Equal(["requests", "wait_seconds", "sizes", "build", "strange"], exposition.Families.Select(family => family.Name));
        Assert.Equal(ExpositionType.Info, exposition.Family("build").Type);
        Assert.Equal(ExpositionType.Unknown, exposition.Family("strange").Type);
        Assert.Equal("seconds", exposition.Family("wait_seconds").Unit);
        Assert.Equal("Waits,\nin \"seconds\" \\ each.", exposition.Family("wait_seconds").Help);

        var bucket = exposition.Sample("wait_seconds_bucket", ("le", "1.0"));
        Assert.Equal("0.25", bucket.Exemplar?.RawValue);
        Assert.Equal(1700000000.125, bucket.Exemplar?.Timestamp);
        Assert.Equal("abc", bucket.Exemplar?.Labels.Single().Value);
        Assert.Null(exposition.Sample("requests_total").Exemplar?.Timestamp);
        Assert.Equal(1, exposition.Value("build_info", ("version", "1.2")));
    }

    [Fact]
    public void Parse_OpenMetricsWithNothingButItsEnd_HasNoFamilies() =>
        Assert.Empty(ExpositionParser.Parse("# EOF\n", ExpositionSyntax.OpenMetrics).Families);

    [Fact]
    public void Parse_ExemplarWith128Characters_Passes()
    {
        // Characters outside the basic plane count once although .NET holds them in two.
        var document = "# TYPE x counter\nx_total 1 # {a=\"" + string.Concat(Enumerable.Repeat("\U0001F600", 127)) + "\"} 1\n# EOF\n";

        Assert.NotNull(ExpositionParser.Parse(document, ExpositionSyntax.OpenMetrics).Sample("x_total").Exemplar);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-0.0")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("+1e+06")]
    [InlineData("1E-3")]
    [InlineData("5e-324")]
    [InlineData("1.7976931348623157e+308")]
    [InlineData("NaN")]
    [InlineData("+Inf")]
    [InlineData("-Inf")]
    public void Parse_NumberAsGoReadsIt_Passes(string number)
    {
        var sample = ExpositionParser.Parse($"# TYPE x gauge\nx {number}\n", ExpositionSyntax.Text).Sample("x");

        Assert.Equal(number, sample.RawValue);
    }

    [Theory]
    [InlineData("1.0")]
    [InlineData("-0.5")]
    [InlineData("1e+16")]
    [InlineData("1.5e-07")]
    public void Parse_CanonicalBound_Passes(string bound) =>
        ExpositionParser.Parse($"# TYPE h histogram\nh_bucket{{le=\"{bound}\"}} 0\nh_bucket{{le=\"+Inf\"}} 0\nh_sum 0\nh_count 0\n", ExpositionSyntax.Text);

    [Fact]
    public void Parse_AnyCharacterInsideQuotes_ComesBack()
    {
        const string Hostile = "\r\t\0\u2028\u200F{},=# \U0001F600";

        var exposition = ExpositionParser.Parse($"# TYPE x gauge\nx{{a=\"{Hostile}\"}} 1\n", ExpositionSyntax.Text);

        Assert.Equal(Hostile, exposition.Samples[0]["a"]);
    }

    [Fact]
    public void Parse_CommentInText_IsIgnored() =>
        Assert.Single(ExpositionParser.Parse("# Written by hand.\n# TYPE x gauge\nx 1\n", ExpositionSyntax.Text).Samples);

    [Fact]
    public void Parse_LabelsInAnyOrder_KeepTheirOrderAndAreFound()
    {
        var exposition = ExpositionParser.Parse("# TYPE x gauge\nx{b=\"2\",a=\"1\"} 3\n", ExpositionSyntax.Text);

        Assert.Equal(["b", "a"], exposition.Samples[0].Labels.Select(label => label.Key));
        Assert.Equal(3, exposition.Value("x", ("a", "1"), ("b", "2")));
    }

    [Fact]
    public void Parse_IntegerBoundsWhenAllowed_Pass()
    {
        const string Document = "# TYPE h histogram\nh_bucket{le=\"1\"} 0\nh_bucket{le=\"+Inf\"} 0\nh_sum 0\nh_count 0\n";

        ExpositionParser.Parse(Document, ExpositionSyntax.Text, ExpositionRules.Strict with { AllowIntegerBounds = true });
    }

    [Fact]
    public void Parse_NameCollisionsWhenAllowed_PassButRepeatedFamiliesDoNot()
    {
        var rules = ExpositionRules.Strict with { AllowNameCollisions = true };
        const string Document = "# TYPE x gauge\nx 1\n# TYPE x_total counter\nx_total 2\n";

        Assert.Equal(2, ExpositionParser.Parse(Document, ExpositionSyntax.Text, rules).Value("x_total"));
        Assert.Throws<ExpositionException>(() => ExpositionParser.Parse(Document + "# TYPE x gauge\n", ExpositionSyntax.Text, rules));
    }

    [Fact]
    public void Parse_UnderEveryCulture_ReadsTheSameNumbers() =>
        Cultures.ForEach(() => Assert.Equal(12.5, ExpositionParser.Parse("# TYPE x gauge\nx 12.5\n", ExpositionSyntax.Text).Value("x")));

    [Fact]
    public void Parse_EveryPrefixOfAGoodDocument_IsRefusedOrPassesButNeverBreaks()
    {
        foreach (var (document, format) in new[] { (GoodDocuments.Text, ExpositionSyntax.Text), (GoodDocuments.OpenMetrics, ExpositionSyntax.OpenMetrics) })
        {
            var bytes = Encoding.UTF8.GetBytes(document);
            for (var length = 0; length < bytes.Length; length++)
            {
                var failure = Record.Exception(() => ExpositionParser.Parse(bytes.AsSpan(0, length), format));

                Assert.True(failure is null or ExpositionException, $"The first {length} bytes gave {failure}");
                Assert.True(failure is not null || format == ExpositionSyntax.Text, "OpenMetrics passed without its end.");
            }
        }
    }

    [Fact]
    public void Value_UnknownSeries_ListsTheNearestSamples()
    {
        var exposition = ExpositionParser.Parse(GoodDocuments.Text, ExpositionSyntax.Text);

        var missing = Assert.Throws<KeyNotFoundException>(() => exposition.Value("queue_length", ("queue", "c")));

        Assert.Contains("no sample queue_length{queue=\"c\"}", missing.Message, StringComparison.Ordinal);
        Assert.Contains("queue_length{queue=\"b\"} -Inf", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Family_UnknownName_ListsTheNearestNames()
    {
        var exposition = ExpositionParser.Parse(GoodDocuments.Text, ExpositionSyntax.Text);

        var missing = Assert.Throws<KeyNotFoundException>(() => exposition.Family("wait"));

        Assert.Contains("wait_seconds", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TryValue_SeriesThereOrNot_SaysSo()
    {
        var exposition = ExpositionParser.Parse(GoodDocuments.Text, ExpositionSyntax.Text);

        Assert.True(exposition.TryValue("sizes_count", out var count));
        Assert.Equal(2, count);
        Assert.False(exposition.TryValue("sizes_count", out _, ("a", "b")));
    }
}
