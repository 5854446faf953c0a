using System.Globalization;

namespace MetricsKit;

/// <summary>Finds histograms of times whose bounds tell nothing: by where the measurements are, and without measurements by bounds that are known from another unit.</summary>
static class BoundsExamination
{
    /// <summary>Fewer measurements than these say nothing of the bounds; arbitrary.</summary>
    const int Enough = 20;

    /// <summary>In seconds; a first bound below it was not thought of in milliseconds, and fast work in its bucket is as it should be.</summary>
    const double Coarse = 1;

    /// <summary>What OpenTelemetry takes for milliseconds begins with these, with or without a 0 before.</summary>
    static readonly double[] Milliseconds = [5, 10, 25, 50, 75, 100];

    internal static IEnumerable<Finding> Of(ChartedInstrument i)
    {
        string unit = UnitSpelling.CodeOf(i.Unit, i.Name);
        double seconds = UnitSpelling.SecondsOf(unit);
        if (seconds == 0 || i.Bounds.IsEmpty) return [];
        if (i.Measured.All >= Enough) return OfMeasured(i, seconds);
        string shown = string.Join(", ", i.Bounds.Select(Text));
        if (unit == "s" && LookLikeMilliseconds(i.Bounds.AsSpan()))
            return [new("bounds-too-wide", i.Name, $"The histogram {i.Name} is in seconds and has bounds that look like milliseconds ({shown}): set MetricsKit:Instruments:{i.Name}:Bounds, for example from 0.005 to 10.")];
        if (unit == "ms" && LookLikeSeconds(i.Bounds.AsSpan()))
            return [new("bounds-too-narrow", i.Name, $"The histogram {i.Name} is in milliseconds and has bounds that look like seconds ({shown}): set MetricsKit:Instruments:{i.Name}:Bounds, for example from 5 to 10000.")];
        return [];
    }

    /// <summary>Whether bounds of a histogram in seconds are those that somebody thought of in milliseconds. Long work is measured in seconds as well: only what is known is taken for it.</summary>
    internal static bool LookLikeMilliseconds(ReadOnlySpan<double> bounds) => (bounds is [0, ..] ? bounds[1..] : bounds).StartsWith(Milliseconds);

    /// <summary>Whether bounds of a histogram in milliseconds are those that somebody thought of in seconds.</summary>
    internal static bool LookLikeSeconds(ReadOnlySpan<double> bounds) => bounds.Length > 1 && bounds[0] is > 0 and <= 0.01 && bounds[^1] <= 60;

    static IEnumerable<Finding> OfMeasured(ChartedInstrument i, double seconds)
    {
        double first = i.Bounds.FirstOrDefault(static b => b > 0, i.Bounds[^1]), last = i.Bounds[^1];
        string unit = i.Unit.Length == 0 ? "" : " " + i.Unit, all = string.Create(CultureInfo.InvariantCulture, $"Of {i.Measured.All} measurements of the histogram {i.Name}");
        if (IsNearlyAll(i.Measured.First, i.Measured.All) && first * seconds >= Coarse)
            yield return new("bounds-too-wide", i.Name, $"{all} {Text(i.Measured.First)} are in its first bucket, up to {Text(first)}{unit}: set MetricsKit:Instruments:{i.Name}:Bounds to some below {Text(first)}.");
        else if (IsNearlyAll(i.Measured.Past, i.Measured.All))
            yield return new("bounds-too-narrow", i.Name, $"{all} {Text(i.Measured.Past)} are past its last bound, {Text(last)}{unit}: set MetricsKit:Instruments:{i.Name}:Bounds to some above {Text(last)}.");
    }

    static bool IsNearlyAll(long some, long all) => some > 0.95 * all;

    static string Text(double bound) => bound.ToString(CultureInfo.InvariantCulture);
}
