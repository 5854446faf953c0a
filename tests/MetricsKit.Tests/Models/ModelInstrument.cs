using System.Globalization;
using MetricsKit.Tests.Instruments;

namespace MetricsKit.Tests.Models;

/// <summary>What an instrument should do, as simply as it can be said: a dictionary, filled by one thread.</summary>
sealed class ModelInstrument(InstrumentKind kind, int maxSeries)
{
    /// <summary>The bounds of the histogram, for both sides.</summary>
    public static readonly double[] Bounds = [0, 1, 5.5];

    const string Overflow = "!a=_OTHER";

    readonly Dictionary<string, ModelSeries> _series = [];
    readonly Dictionary<LedgerEntry, long> _ledger = [];
    long _folded;

    /// <summary>The series of a call or of a binding; null for a gauge past the limit.</summary>
    public ModelSeries? Resolve(string? text)
    {
        string sanitised = TagText.Sanitise(text, out bool truncated);
        if (truncated) Count(LedgerEntry.TruncatedTag);
        string name = sanitised.Length > 0 ? "a=" + sanitised : "";
        if (_series.TryGetValue(name, out var there)) return there;
        if (_series.Keys.Count(static k => k != Overflow) < maxSeries) return _series[name] = new();
        if (kind == InstrumentKind.Gauge) return null;
        _folded++;
        return _series.TryGetValue(Overflow, out var overflow) ? overflow : _series[Overflow] = new();
    }

    public void Add(ModelSeries series, long delta)
    {
        if (kind == InstrumentKind.Counter && delta < 0) Count(LedgerEntry.Negative);
        else series.Whole = long.CreateSaturating((Int128)series.Whole + delta);
    }

    public void Set(ModelSeries? series, double value)
    {
        if (!double.IsFinite(value)) Count(LedgerEntry.NotFinite);
        else if (series is null) Count(LedgerEntry.PastLimit);
        else series.Level = value;
    }

    public void Record(ModelSeries series, double value)
    {
        if (!double.IsFinite(value))
        {
            Count(LedgerEntry.NotFinite);
            return;
        }
        series.Buckets[Bounds.Count(b => b < value)]++;
        series.Sum += value;
        // Quarters of moderate size add up to the same in every order; other sums are only said to be finite.
        series.IsRough |= value * 4 != Math.Truncate(value * 4) || Math.Abs(value) > 1 << 20;
    }

    /// <summary>All that can be seen of it.</summary>
    public SortedDictionary<string, string> Seen()
    {
        SortedDictionary<string, string> seen = new(StringComparer.Ordinal) { ["folded"] = Text(_folded) };
        foreach (var entry in Enum.GetValues<LedgerEntry>()) seen[entry.ToString()] = Text(_ledger.GetValueOrDefault(entry));
        foreach (var (name, series) in _series)
        {
            if (kind == InstrumentKind.Histogram) seen["{" + name + "}"] = Text(series.Buckets, series.IsRough ? null : series.Sum);
            else if (kind != InstrumentKind.Gauge) seen["{" + name + "}"] = Text((double)series.Whole);
            else if (series.Level is { } level) seen["{" + name + "}"] = Text(level);
        }
        return seen;
    }

    public bool IsRough(string name) => _series.TryGetValue(name, out var series) && series.IsRough;

    public static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    public static string Text(ReadOnlySpan<long> buckets, double? sum) => $"{string.Join(' ', buckets.ToArray())}, {(sum is { } exact ? Text(exact) : "finite")}";

    void Count(LedgerEntry entry) => _ledger[entry] = _ledger.GetValueOrDefault(entry) + 1;
}

/// <summary>One series of the model.</summary>
sealed class ModelSeries
{
    public long Whole { get; set; }

    public double? Level { get; set; }

    public double Sum { get; set; }

    public bool IsRough { get; set; }

    public long[] Buckets { get; } = new long[ModelInstrument.Bounds.Length + 1];
}
