namespace MetricsKit.Stress;

/// <summary>What a thread's measurements must come to, kept by the simplest arithmetic there is.</summary>
sealed class MixedTally
{
    /// <summary>How many texts each open tag takes.</summary>
    public const int Texts = 8;

    /// <summary>Measurements of the histogram of sizes are whole numbers below this, so that sums are exact.</summary>
    public const int Values = 64;

    public static readonly double[] Bounds = [0, 1, 2, 5, 10, 20, 50];
    public static readonly string[] Labels = [.. Enumerable.Range(0, Texts).Select(static i => $"x{i}")];
    public static readonly string[] Verbs = ["get", "put"];

    public long Plain, Passing;
    public readonly long[] Tagged = new long[Texts * Texts], Closed = new long[3 * 2], Folding = new long[StressMetrics.FoldingSeries], Folded = new long[3];
    public readonly long[] Level = new long[Texts], Units = new long[Texts], Tenths = new long[Texts], Sets = new long[Texts];
    public readonly long[] Sizes = new long[Texts * Values];
    public readonly Dictionary<int, long> Growing = [];
    public long Attempted, Accepted, NotFinite, Negative, PastLimit, FoldedCalls, Elsewhere;

    public void AddTo(MixedTally total)
    {
        total.Plain += Plain;
        total.Passing += Passing;
        foreach (var (from, to) in new[] { (Tagged, total.Tagged), (Closed, total.Closed), (Folding, total.Folding), (Folded, total.Folded), (Level, total.Level), (Units, total.Units), (Tenths, total.Tenths), (Sets, total.Sets), (Sizes, total.Sizes) })
        {
            for (int i = 0; i < from.Length; i++) to[i] += from[i];
        }
        foreach (var (series, amount) in Growing) total.Growing[series] = total.Growing.GetValueOrDefault(series) + amount;
        total.Attempted += Attempted;
        total.Accepted += Accepted;
        total.NotFinite += NotFinite;
        total.Negative += Negative;
        total.PastLimit += PastLimit;
        total.FoldedCalls += FoldedCalls;
        total.Elsewhere += Elsewhere;
    }

    /// <summary>The counters and sums as a snapshot must show them.</summary>
    public Dictionary<string, double> Counts()
    {
        Dictionary<string, double> counts = new() { ["stress.plain"] = Plain };
        for (int a = 0; a < Texts; a++)
        {
            for (int b = 0; b < Texts; b++) counts[StressHost.Name("stress.tagged", ("a", Labels[a]), ("b", Labels[b]))] = Tagged[a * Texts + b];
            counts[StressHost.Name("stress.level", ("a", Labels[a]))] = Level[a];
        }
        for (int severity = 0; severity < 3; severity++)
        {
            string text = Tags.Severity.Values[severity];
            for (int verb = 0; verb < 2; verb++) counts[StressHost.Name("stress.closed", ("severity", text), ("verb", Verbs[verb]))] = Closed[severity * 2 + verb];
            counts["!" + StressHost.Name("stress.folding", ("a", "_OTHER"), ("severity", text))] = Folded[severity];
        }
        for (int i = 0; i < Folding.Length; i++) counts[StressHost.Name("stress.folding", ("a", MixedWork.FirstName(i)), ("severity", "warning"))] = Folding[i];
        foreach (var (series, amount) in Growing) counts[StressHost.Name("stress.growing", ("a", MixedWork.GrowingName(series)))] = amount;
        return counts;
    }

    /// <summary>The histograms as a snapshot must show them: buckets, sum, and how far rounding may have moved the sum.</summary>
    public Dictionary<string, (long[] Buckets, double Sum, double Rounding)> Histograms()
    {
        Dictionary<string, (long[], double, double)> histograms = [];
        for (int a = 0; a < Texts; a++)
        {
            var sizes = new long[Bounds.Length + 1];
            double sum = 0;
            for (int value = 0; value < Values; value++)
            {
                long count = Sizes[a * Values + value];
                sizes[Array.FindIndex(Bounds, bound => value <= bound) is >= 0 and var bucket ? bucket : Bounds.Length] += count;
                sum += (double)value * count;
            }
            histograms[StressHost.Name("stress.sizes", ("a", Labels[a]))] = (sizes, sum, 0);
            histograms[StressHost.Name("stress.units", ("a", Labels[a]))] = ([0, Units[a], 0, 0], Units[a], 0);
            histograms[StressHost.Name("stress.fractions", ("a", Labels[a]))] = ([Tenths[a], 0, 0, 0], Tenths[a] * 0.1, Tenths[a] * 0.1 * 1e-9);
        }
        return histograms;
    }
}
