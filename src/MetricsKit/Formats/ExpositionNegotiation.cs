using System.Globalization;

namespace MetricsKit;

/// <summary>Chooses the format of an answer from the <c>Accept</c> header of a scrape.</summary>
public static class ExpositionNegotiation
{
    /// <summary>The format that the scraper likes best: OpenMetrics if it is asked for, in 1.0.0 or as Prometheus asked before that, else text.</summary>
    /// <param name="accept">The header's value; null when there is none. Parameters that are not known are ignored.</param>
    public static ExpositionFormat Choose(string? accept)
    {
        double openMetrics = 0, text = 0;
        foreach (var range in (accept ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] parts = range.Split(';', StringSplitOptions.TrimEntries);
            double quality = Quality(parts);
            switch (parts[0].ToLowerInvariant())
            {
                case "application/openmetrics-text" when Parameter(parts, "version") is null or "1.0.0" or "0.0.1":
                    openMetrics = Math.Max(openMetrics, quality);
                    break;
                case "text/plain" when Parameter(parts, "version") is null or "0.0.4":
                    text = Math.Max(text, quality);
                    break;
            }
        }
        return openMetrics > 0 && openMetrics >= text ? ExpositionFormat.OpenMetrics : ExpositionFormat.PrometheusText;
    }

    /// <summary>The value of <c>Content-Type</c> for a format.</summary>
    /// <param name="format">The format.</param>
    public static string ContentType(ExpositionFormat format) => format == ExpositionFormat.OpenMetrics
        ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
        : "text/plain; version=0.0.4; charset=utf-8";

    static double Quality(string[] parts) =>
        Parameter(parts, "q") is { } q ? double.TryParse(q, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double quality) ? Math.Clamp(quality, 0, 1) : 0 : 1;

    static string? Parameter(string[] parts, string name)
    {
        foreach (string part in parts.AsSpan(1))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && part.AsSpan(0, equals).Trim().Equals(name, StringComparison.OrdinalIgnoreCase)) return part[(equals + 1)..].Trim().Trim('"');
        }
        return null;
    }
}
