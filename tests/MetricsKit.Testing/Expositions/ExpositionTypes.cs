namespace MetricsKit.Testing;

// The words of the TYPE line; the two formats share four of them.
static class ExpositionTypes
{
    public static ExpositionType Parse(LineReader line, ExpositionFormat format)
    {
        var word = line.Word();
        return (word, format) switch
        {
            ("counter", _) => ExpositionType.Counter,
            ("gauge", _) => ExpositionType.Gauge,
            ("histogram", _) => ExpositionType.Histogram,
            ("summary", _) => ExpositionType.Summary,
            ("untyped", ExpositionFormat.Text) => ExpositionType.Unknown,
            ("unknown", ExpositionFormat.OpenMetrics) => ExpositionType.Unknown,
            ("info", ExpositionFormat.OpenMetrics) => ExpositionType.Info,
            _ => throw line.Error($"The type {word} is unknown in this format."),
        };
    }
}
