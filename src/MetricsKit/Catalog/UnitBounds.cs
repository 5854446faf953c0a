using System.Collections.Immutable;

namespace MetricsKit;

/// <summary>Bounds for a histogram that neither advises nor is configured: chosen by its unit, so that seconds never get bounds that were meant for milliseconds.</summary>
static class UnitBounds
{
    /// <summary>OpenTelemetry's bounds for a unit that says nothing.</summary>
    static readonly ImmutableArray<double> Plain = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000];

    /// <summary>Powers of four from 64 bytes to 1 GiB: one message to one large file in 13 steps.</summary>
    static readonly ImmutableArray<double> Bytes = [.. Enumerable.Range(3, 13).Select(static n => Math.Pow(4, n))];

    /// <summary>The bounds for a unit however it is spelled, and without one for what the name says.</summary>
    internal static ImmutableArray<double> Of(string unit, string name) => UnitSpelling.CodeOf(unit, name) switch
    {
        "s" or "min" or "h" or "d" => InstrumentDefinition.DefaultSeconds,
        "ms" => Plain,
        "us" => Seconds(1e6),
        "ns" => Seconds(1e9),
        "By" => Bytes,
        "KiBy" or "KBy" => [.. Bytes.Select(static b => b / 64)],
        "%" => [1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 99, 100],
        _ => Plain,
    };

    static ImmutableArray<double> Seconds(double per) => [.. InstrumentDefinition.DefaultSeconds.Select(b => Math.Round(b * per))];
}
