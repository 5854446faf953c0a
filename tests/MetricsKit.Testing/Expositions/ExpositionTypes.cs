namespace MetricsKit.Testing;

// The words of the TYPE line; the two formats share four of them.
static class ExpositionTypes
{
    public static ExpositionType Parse(LineReader line, ExpositionSyntax format)
    {
        var word = line.Word();
        return (word, format) switch
        {
            ("counter", _) => ExpositionType.Counter,
            ("gauge", _) => ExpositionType.Gauge,
            ("histogram", _) => ExpositionType.Histogram,
            ("summary", _) => ExpositionType.Summary,
            ("untyped", ExpositionSyntax.Text) => ExpositionType.Unknown,
            ("unknown", ExpositionSyntax.OpenMetrics) => ExpositionType.Unknown,
            ("info", ExpositionSyntax.OpenMetrics) => ExpositionType.Info,
            _ => throw line.Error($"The type {word} is unknown in this format."),
        };
    }
}
