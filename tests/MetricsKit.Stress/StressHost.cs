using Microsoft.Extensions.DependencyInjection;

namespace MetricsKit.Stress;

/// <summary>A host with the stress meter, and what one snapshot of it shows.</summary>
static class StressHost
{
    /// <summary>The predefined groups are off where they are not what is tested: they would read the machine at every snapshot.</summary>
    public static MetricsKitHost Open(Action<MetricsKitOptions>? configure = null, bool predefined = false, IReadOnlyList<ExporterRegistration>? exporters = null, params (string Name, IMetricSink Sink)[] sinks) => MetricsKitHost.Create(builder =>
    {
        builder.AddMeter<StressMetrics>();
        builder.AddMeter<FloodMetrics>();
        foreach (var (name, sink) in sinks) builder.Services.AddSingleton(new SinkRegistration(name, new() { QueueSamples = 1 << 20 }, _ => sink));
        foreach (var exporter in exporters ?? []) builder.Services.AddSingleton(exporter);
        builder.Services.Configure<MetricsKitOptions>(options =>
        {
            string[] groups = predefined ? [] : ["System", "Process", "Application", "Business", "Safety", "Performance"];
            foreach (string group in groups) options.Groups[group] = new() { Enabled = false };
            configure?.Invoke(options);
        });
    });

    public static StressMetrics Meter(this MetricsKitHost host) => host.GetMeter<StressMetrics>();

    public static void Close(this MetricsKitHost host) => host.DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Every series by its name, such as <c>stress.tagged{a=1,b=2}</c>; an exclamation mark in front of those that others were folded into.</summary>
    public static Dictionary<string, SeriesValue> Read(this MetricsKitHost host)
    {
        using var snapshot = host.GetSnapshotAsync().AsTask().GetAwaiter().GetResult();
        Dictionary<string, SeriesValue> read = [];
        foreach (var family in snapshot.Families)
        {
            foreach (var series in family.Series)
            {
                string name = (series.IsOverflow ? "!" : "") + Name(family.Definition.Name, [.. series.Tags.Select(static t => (t.Key, t.Value))]);
                read.Add(name, new(family.Definition.Kind, series.Value, series.Sum, series.BucketCounts.ToArray(), series.StartTime));
            }
        }
        return read;
    }

    /// <summary>A reading whose self-metrics are no older than the call. The kit looks at itself a few times a second, not at every snapshot.</summary>
    public static Dictionary<string, SeriesValue> ReadSettled(this MetricsKitHost host)
    {
        const string Snapshots = "metricskit.snapshots";
        double last = host.Read().Of(Snapshots);
        // The first change may come from a look that had begun before; the second cannot.
        for (int changes = 0; ;)
        {
            var read = host.Read();
            double now = read.Of(Snapshots);
            if (now == 0 || now == last) continue; // 0: the look was given up, on a machine that was busy for a second
            last = now;
            if (++changes == 2) return read;
        }
    }

    /// <summary>Lets the passing instruments' series go as soon as two snapshots find them idle.</summary>
    public static void Recycle(MetricsKitOptions options)
    {
        foreach (string name in (string[])["stress.passing", "stress.passing.level", "stress.passing.sizes"]) options.Instruments[name] = new() { TimeToLive = TimeSpan.FromMilliseconds(1) };
    }

    /// <summary>What an instrument's recycled series came to.</summary>
    public static RetiredTotals Retired(this Instrument instrument) => instrument.Table!.Lifetimes!.Retired;

    /// <summary>Has all idle cells come back, and reads what is left: when nothing more is retired by a collection and a snapshot, nothing is on its way.</summary>
    public static Dictionary<string, SeriesValue> ReadRetired(this MetricsKitHost host, params Instrument[] instruments)
    {
        const int Still = 5; // a run needs two collections and the snapshot after them
        var read = host.Read();
        for (int still = 0; still < Still;)
        {
            long before = instruments.Sum(static i => i.Retired().Series);
            Machine.Collect();
            read = host.Read();
            still = instruments.Sum(static i => i.Retired().Series) == before ? still + 1 : 0;
        }
        return read;
    }

    /// <summary>The series of the stress meter.</summary>
    public static IEnumerable<KeyValuePair<string, SeriesValue>> Stressed(this Dictionary<string, SeriesValue> read) => read.Where(static s => IsStressed(s.Key));

    public static bool IsStressed(string name) => name.AsSpan().TrimStart('!').StartsWith("stress.", StringComparison.Ordinal);

    /// <summary>The value of a series, 0 when it is not there.</summary>
    public static double Of(this Dictionary<string, SeriesValue> read, string name, params (string, string)[] tags) =>
        read.TryGetValue(Name(name, tags), out var value) ? value.Value : 0;

    public static string Name(string instrument, params (string Key, string Value)[] tags) =>
        tags.Length == 0 ? instrument : $"{instrument}{{{string.Join(',', tags.Select(static t => $"{t.Key}={t.Value}"))}}}";
}

/// <summary>One series as one snapshot saw it.</summary>
sealed record SeriesValue(InstrumentKind Kind, double Value, double Sum, long[] Buckets, DateTimeOffset StartTime);
