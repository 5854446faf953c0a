using System.Collections.Immutable;

namespace MetricsKit;

/// <summary>Decides from the options what becomes of each row, and finds what is wrong with the options.</summary>
sealed class InstrumentPolicy
{
    readonly MetricsKitOptions _options;
    readonly ImmutableArray<MeterDefinition> _meters;
    readonly Dictionary<string, InstrumentOptions> _instruments = new(StringComparer.Ordinal);

    internal InstrumentPolicy(MetricsKitOptions options, ImmutableArray<MeterDefinition> meters)
    {
        _options = options;
        _meters = meters;
        foreach (var (name, instrument) in options.Instruments) _instruments[InstrumentNames.Normalise(name)] = instrument;
    }

    internal InstrumentSettings SettingsOf(MeterDefinition meter, InstrumentDefinition row)
    {
        bool exported = IsExported(meter, row);
        // What is derived from a row that is not exported itself still needs its measurements.
        bool recorded = exported || IsSourceOfExported(row);
        var own = Own(row);
        var bounds = own?.Bounds is { } configured ? [.. configured] : row.Bounds;
        return new(recorded, exported, own?.MaxSeries ?? row.MaxSeries, bounds, DeclaredOf(meter)) { IsExempt = meter.Name == SnapshotBuilder.OwnMeter, TimeToLive = own?.TimeToLive };
    }

    /// <summary>Everything that is wrong, a sentence each.</summary>
    internal IEnumerable<string> Faults()
    {
        const string Root = MetricsKitConfiguration.SectionName;
        var o = _options;
        if (!InstrumentNames.IsPrefix(o.Prefix)) yield return $"{Root}:Prefix is '{o.Prefix}': it may have at most 64 letters, digits and underscores, and begins with no digit.";
        if (o.Tags.Count > 16) yield return $"{Root}:Tags has {o.Tags.Count} tags: at most 16 can go on every series.";
        foreach (var (key, value) in o.Tags)
        {
            if (!InstrumentNames.IsLabel(key) || PrometheusName.OfTag(key).StartsWith("__", StringComparison.Ordinal) || InstrumentNames.IsReserved(key)) yield return $"{Root}:Tags:{key} is not a label name: it has letters, digits and underscores, begins with no digit, and is not reserved.";
            if (string.IsNullOrEmpty(value)) yield return $"{Root}:Tags:{key} is empty: remove it or give it a value.";
        }
        if (o.Tags.Keys.GroupBy(PrometheusName.OfTag, StringComparer.Ordinal).FirstOrDefault(static g => g.Count() > 1) is { } twice) yield return $"{Root}:Tags has '{twice.Key}' twice, since dots become underscores.";
        if (!IsInterval(o.Derived.Interval)) yield return $"{Root}:Derived:Interval is {o.Derived.Interval:c}: it must be 100 ms to one day.";
        if (o.Derived.Window < o.Derived.Interval) yield return $"{Root}:Derived:Window is {o.Derived.Window:c}: it must be at least as long as the interval, {o.Derived.Interval:c}.";
        if (o.Derived.Window > TimeSpan.FromHours(1)) yield return $"{Root}:Derived:Window is {o.Derived.Window:c}: it may be at most one hour; ask Prometheus for more.";
        if (o.Limits.MaxSeries < 1) yield return $"{Root}:Limits:MaxSeries is {o.Limits.MaxSeries}: it must be at least 1.";
        if (o.Limits.MaxCellBytes < 1 << 20) yield return $"{Root}:Limits:MaxCellBytes is {o.Limits.MaxCellBytes}: it must be at least 1,048,576.";
        if (o.Limits.MaxThreads < 0) yield return $"{Root}:Limits:MaxThreads is {o.Limits.MaxThreads}: it must be 0 or more.";
        if (!o.Prometheus.Path.StartsWith('/')) yield return $"{Root}:Prometheus:Path is '{o.Prometheus.Path}': it begins with a slash.";
        foreach (string fault in GroupFaults().Concat(InstrumentFaults())) yield return fault;
    }

    IEnumerable<string> GroupFaults()
    {
        foreach (var (name, group) in _options.Groups)
        {
            string path = $"{MetricsKitConfiguration.SectionName}:Groups:{name}";
            var meters = _meters.Where(m => m.Name != SnapshotBuilder.OwnMeter && string.Equals(m.Group, name, StringComparison.OrdinalIgnoreCase)).ToArray();
            if (meters.Length == 0)
            {
                yield return $"{path} is no group: there are {string.Join(", ", _meters.Select(static m => m.Group).Where(static g => g != SnapshotBuilder.OwnMeter).Distinct())}.";
                continue;
            }
            if (group.Interval is { } interval && !IsInterval(interval)) yield return $"{path}:Interval is {interval:c}: it must be 100 ms to one day.";
            foreach (string metric in group.Metrics)
            {
                if (!meters.Any(m => m.Instruments.Any(r => Matches(r, metric)))) yield return $"{path}:Metrics has '{metric}', with which no instrument of the group begins: there are {string.Join(", ", meters.SelectMany(static m => m.Instruments).Select(static r => r.Name))}.";
            }
            foreach (string key in group.Values.Keys)
            {
                if (!meters.Any(m => m.Instruments.Any(r => r.TagKeys.Any(k => !k.IsClosed && SameName(k.Name, key))))) yield return $"{path}:Values:{key} is no open tag of the group.";
            }
        }
    }

    IEnumerable<string> InstrumentFaults()
    {
        foreach (var (name, instrument) in _options.Instruments)
        {
            string path = $"{MetricsKitConfiguration.SectionName}:Instruments:{name}";
            var row = _meters.SelectMany(static m => m.Instruments).FirstOrDefault(r => SameName(r.Name, name));
            if (row is null)
            {
                yield return $"{path} is no instrument of this host.";
                continue;
            }
            if (instrument.MaxSeries < 1) yield return $"{path}:MaxSeries is {instrument.MaxSeries}: it must be at least 1.";
            if (instrument.TimeToLive is { } timeToLive && DescribeBadTimeToLive(row, timeToLive) is { } bad) yield return $"{path}:TimeToLive {bad}.";
            if (instrument.Bounds is not { } bounds) continue;
            if (row.Kind != InstrumentKind.Histogram || row.Source is not null) yield return $"{path}:Bounds: '{row.Name}' has no bounds of its own.";
            else if (InstrumentDefinition.DescribeBadBounds([.. bounds]) is { } fault) yield return $"{path}:Bounds {fault}.";
        }
    }

    string? DescribeBadTimeToLive(InstrumentDefinition row, TimeSpan timeToLive)
    {
        if (timeToLive <= TimeSpan.Zero || timeToLive > TimeSpan.FromDays(366)) return $"is {timeToLive:c}: it must be more than zero and at most 366 days";
        if (row.Source is { } source) return $"cannot be set, since '{row.Name}' shows what '{source.Name}' measures: set it there";
        if (row.IsObserved) return $"cannot be set, since a collector decides which series '{row.Name}' has";
        if (row.Kind == InstrumentKind.Gauge) return $"cannot be set, since '{row.Name}' is a gauge: its last value stays until it is set again";
        if (row.TagKeys.All(static k => k.IsClosed)) return $"cannot be set, since '{row.Name}' has no open tag: all of its series are published from the beginning";
        // A gauge over a window of totals would take a recycled series for a fall.
        var derived = _meters.SelectMany(static m => m.Instruments).FirstOrDefault(r => ReferenceEquals(r.Source, row) && r.Kind != row.Kind);
        return derived is null ? null : $"cannot be set, since '{derived.Name}' is computed from the totals of '{row.Name}'";
    }

    /// <summary>What a timer can do and a reader can want.</summary>
    internal static bool IsInterval(TimeSpan interval) => interval >= TimeSpan.FromMilliseconds(100) && interval <= TimeSpan.FromDays(1);

    bool IsExported(MeterDefinition meter, InstrumentDefinition row)
    {
        if (meter.Name == SnapshotBuilder.OwnMeter) return _options.Enabled || ReferenceEquals(row, KitMetrics.Rows.Enabled);
        if (!_options.Enabled) return false;
        if (Own(row)?.Enabled is { } decided) return decided;
        if (!_options.Groups.TryGetValue(meter.Group, out var group)) return true;
        return group.Enabled && (group.Metrics.Count == 0 || group.Metrics.Any(m => Matches(row, m)));
    }

    Dictionary<string, ImmutableArray<string>>? DeclaredOf(MeterDefinition meter)
    {
        if (!_options.Groups.TryGetValue(meter.Group, out var group) || group.Values.Count == 0) return null;
        return group.Values.ToDictionary(static v => InstrumentNames.Normalise(v.Key), static v => v.Value.ToImmutableArray());
    }

    bool IsSourceOfExported(InstrumentDefinition row)
    {
        foreach (var meter in _meters)
        {
            foreach (var other in meter.Instruments)
            {
                if (ReferenceEquals(other.Source, row) && IsExported(meter, other)) return true;
            }
        }
        return false;
    }

    InstrumentOptions? Own(InstrumentDefinition row) => _instruments.GetValueOrDefault(InstrumentNames.Normalise(row.Name));

    static bool SameName(string one, string other) => InstrumentNames.Normalise(one) == InstrumentNames.Normalise(other);

    static bool Matches(InstrumentDefinition row, string metric)
    {
        string name = InstrumentNames.Normalise(row.Name), wanted = InstrumentNames.Normalise(metric);
        return name == wanted || name.StartsWith(wanted + "_", StringComparison.Ordinal);
    }
}
