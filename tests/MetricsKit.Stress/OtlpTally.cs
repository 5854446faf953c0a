using System.Globalization;
using MetricsKit.Testing;

namespace MetricsKit.Stress;

/// <summary>What a receiver of OTLP makes of the points that it took: the last value of each series, and of deltas their sum.</summary>
/// <remarks>
/// A delta that the receiver took and that the exporter heard nothing of is sent again with what came since, from the same start: it takes the place of the one before.
/// Who only adds up what comes counts it twice, and by how much is what the points in doubt stand for.
/// </remarks>
sealed class OtlpTally
{
    const int Delta = 1; // AGGREGATION_TEMPORALITY_DELTA

    readonly Dictionary<string, double> _last = [], _added = [];
    readonly Dictionary<string, DeltaChain> _chains = [];
    readonly HashSet<ulong> _exports = [];
    ulong _latest;

    /// <summary>The last value of each series, or the sum of its deltas; a histogram's of its count.</summary>
    public IReadOnlyDictionary<string, double> Last => _last;

    /// <summary>What the deltas of each series add up to when nobody looks at where they start.</summary>
    public IReadOnlyDictionary<string, double> Added => _added;

    /// <summary>Points that came, each counted once however often it was tried.</summary>
    public long Points { get; private set; }

    /// <summary>Deltas whose place another one took.</summary>
    public long Replaced { get; private set; }

    /// <summary>Deltas that neither go on where the one before them ended nor begin where it began.</summary>
    public long Gaps { get; private set; }

    /// <summary>The last value of a series, 0 when there is none.</summary>
    public double Of(string series) => _last.GetValueOrDefault(series);

    /// <summary>Takes a request.</summary>
    public void Take(OtlpTree tree)
    {
        if (tree.PointCount == 0) return;
        // All points of an export have one time, which no other export has. Here they fit in one request.
        ulong time = tree.Metrics.First().Points[0].Time;
        if (!_exports.Add(time)) return;
        Points += tree.PointCount;
        // Of one that was given up the bytes may come behind the next one's, which has all that it had.
        bool isLate = time < _latest;
        if (!isLate) _latest = time;
        foreach (var metric in tree.Metrics)
        {
            foreach (var point in metric.Points)
            {
                string series = metric.Name + (point.Identity.Length == 0 ? "" : $"{{{point.Identity}}}");
                double value = point.Count ?? Convert.ToDouble(point.Value, CultureInfo.InvariantCulture);
                if (metric.Temporality == Delta) TakeDelta(series, point, value, isLate);
                else if (!isLate) _last[series] = value;
            }
        }
    }

    void TakeDelta(string series, OtlpPointTree point, double value, bool isLate)
    {
        _added[series] = _added.GetValueOrDefault(series) + value;
        if (isLate)
        {
            Replaced++;
            return;
        }
        bool isNew = !_chains.TryGetValue(series, out var chain);
        if (!isNew && point.Start == chain.Start) Replaced++;
        else if (!isNew)
        {
            if (point.Start != chain.Time) Gaps++;
            chain = chain with { Before = chain.Before + chain.Value };
        }
        _chains[series] = new(chain.Before, point.Start, point.Time, value);
        _last[series] = chain.Before + value;
    }

    /// <summary>The last delta of a series, and the sum of those before it.</summary>
    readonly record struct DeltaChain(double Before, ulong Start, ulong Time, double Value);
}
