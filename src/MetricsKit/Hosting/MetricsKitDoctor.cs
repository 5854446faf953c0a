using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MetricsKit;

/// <summary>Looks for what is not as it should be: meters that nobody selected or that belong to another host, bounds of another unit, identifiers as tags, conflicts, callbacks that fail, files and keys that cannot be read.</summary>
/// <remarks>
/// It is injected like any service. The same findings are written to the log one second and one minute after the host has started, each once, those aside that the kit reports
/// when they happen. Meters of .NET and ASP.NET Core themselves are no finding: <c>AddDotNetMeters()</c> selects them.
/// </remarks>
public sealed class MetricsKitDoctor
{
    /// <summary>Most series of an instrument that are looked at. Chosen so that a diagnosis takes milliseconds whatever the host holds.</summary>
    const int MostSeries = 1000;

    static readonly (string File, string Absent)[] Files =
    [
        ("proc/stat", "the metrics of the processor"), ("proc/meminfo", "the metrics of the memory"), ("proc/self/mountinfo", "the metrics of the disks"),
        ("proc/net/dev", "the metrics of the network"), ("proc/loadavg", "the load averages"), ("proc/self/stat", "the metrics of the process"),
    ];

    readonly IServiceProvider _services;
    readonly MetricsKitOptions _options;

    internal MetricsKitDoctor(IServiceProvider services)
    {
        _services = services;
        _options = services.GetRequiredService<IOptions<MetricsKitOptions>>().Value;
    }

    /// <summary>What there is to say now; empty when all is well, and while the kit is switched off. It reads what the host holds, a few milliseconds long, and takes no snapshot.</summary>
    public IReadOnlyList<Finding> Diagnose() => DoctorExamination.Of(Read());

    /// <summary>What the findings are made from.</summary>
    internal DoctorChart Read()
    {
        if (!_services.GetRequiredService<InstrumentPolicy>().Enabled) return new() { UnknownKeys = UnknownKeys };
        var registry = _services.GetRequiredService<InstrumentRegistry>();
        var meters = MeterSurvey.Take(registry, new(DotNetMeters.Expand(_options.Meters)), _services.GetService<IMeterFactory>());
        return new()
        {
            UnselectedMeters = meters.Unselected,
            StrangersMeters = meters.Strangers,
            Instruments = InstrumentsOf(registry, new InstrumentPatterns(_options.Instruments).All),
            Conflicts = _services.GetRequiredService<SnapshotBuilder>().Conflicts,
            Callbacks = [.. CallbacksOf(_services.GetRequiredService<CollectorMonitor>())],
            UnreadableFiles = UnreadableFiles(),
            UnknownKeys = UnknownKeys,
            UnmatchedPatterns = _services.GetRequiredService<InstrumentPolicy>().UnmatchedPatterns,
        };
    }

    IReadOnlyList<string> UnknownKeys => _services.GetRequiredService<MetricsKitConfiguration>().UnknownKeys;

    static List<ChartedInstrument> InstrumentsOf(InstrumentRegistry registry, IReadOnlyList<InstrumentPattern> patterns)
    {
        List<ChartedInstrument> charted = [];
        foreach (var meter in registry.Meters)
        {
            if (meter.Definition.Name == SnapshotBuilder.OwnMeter) continue;
            foreach (var instrument in meter.All)
            {
                if (instrument is not { Exported: true, Table: { } table }) continue;
                charted.Add(new(instrument.Name, instrument.Definition.Unit, instrument.Bounds, TagsOf(instrument.Definition, table), table.MaxSeries, table.Overflow is null ? 0 : table.Folded)
                {
                    Measured = BucketsOf(instrument.Bounds, table),
                    Drops = DropsOf(meter.Definition.Name, instrument, patterns),
                });
            }
        }
        return charted;
    }

    static ChartedBuckets BucketsOf(ImmutableArray<double> bounds, SeriesTable table)
    {
        if (bounds.IsEmpty || BucketTotals.Of(table) is not { Length: > 0 } counts) return default;
        int first = Math.Min(bounds.Count(static b => b <= 0) + 1, bounds.Length);
        return new(counts.Take(first).Sum(), counts[^1], counts.Sum());
    }

    /// <summary>Where a tag to leave out is added: to what is left out already, since a more specific list takes the place of a less specific one.</summary>
    static (string Pattern, int Next) DropsOf(string meter, Instrument instrument, IReadOnlyList<InstrumentPattern> patterns)
    {
        string name = instrument.Definition.Name; // configuration knows it by this one, whatever a view calls it
        var last = patterns.LastOrDefault(p => p.Options.DropTagKeys is not null && p.Matches(meter, name));
        return last is null ? (name, 0) : (last.Text, last.Options.DropTagKeys!.Count);
    }

    static List<ChartedTag> TagsOf(InstrumentDefinition row, SeriesTable table)
    {
        Dictionary<string, HashSet<string>> values = new(StringComparer.Ordinal);
        var index = table.Index;
        for (int ordinal = 0, count = Math.Min(index.Count, MostSeries); ordinal < count; ordinal++)
        {
            var place = index.PlaceOf(ordinal);
            var labels = place.Block!.Labels;
            for (int k = 0, tags = labels.TagsAt(place.At); k < tags; k++)
            {
                var (key, value) = labels.TagAt(place.At, k, row.TagKeys);
                if (value.Length == 0 || !row.IsDynamic && row.TagKeys[k].IsClosed) continue;
                if (!values.TryGetValue(key, out var seen)) values.Add(key, seen = new(StringComparer.Ordinal));
                seen.Add(value);
            }
        }
        return [.. values.Select(static v => new ChartedTag(v.Key, v.Value.Count, v.Value.First()))];
    }

    static IEnumerable<ChartedCallback> CallbacksOf(CollectorMonitor monitor)
    {
        HashSet<string> absent = [.. monitor.Absent().Select(static s => s.Name)];
        return monitor.Faults.Where(static f => f.Errors > 0 || f.Hangs > 0).Select(f => new ChartedCallback(f.Name, f.Errors, f.Hangs, absent.Contains(f.Name)));
    }

    /// <summary>Elsewhere than on Linux the files are not asked for.</summary>
    List<(string File, string Absent)> UnreadableFiles()
    {
        List<(string, string)> unreadable = [];
        if (!OperatingSystem.IsLinux()) return unreadable;
        var machine = _services.GetRequiredService<IHostFiles>();
        byte[] buffer = [];
        foreach (var (file, absent) in Files)
        {
            bool process = file == "proc/self/stat";
            if (IsOn(process ? "Process" : "System") && !machine.TryRead(file, ref buffer, out _)) unreadable.Add((Rooted(file), absent));
        }
        return unreadable;
    }

    bool IsOn(string group) => !_options.Groups.TryGetValue(group, out var settings) || settings.Enabled;

    string Rooted(string file) => _options.Host.ProcRoot.TrimEnd('/') + file["proc".Length..];
}
