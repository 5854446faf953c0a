using System.Collections.Immutable;

namespace MetricsKit;

/// <summary>Decides from the options what becomes of each row, and finds what is wrong with the options.</summary>
/// <remarks>What may change while the host runs is taken from the options as they are now, everything else from those that it started with.</remarks>
sealed class InstrumentPolicy
{
    readonly ImmutableArray<MeterDefinition> _meters;
    readonly Reading _start;
    volatile Reading _now;

    internal InstrumentPolicy(MetricsKitOptions options, ImmutableArray<MeterDefinition> meters)
    {
        _meters = meters;
        _now = _start = new(options);
    }

    /// <summary>The meters of the host that are known beforehand, in the order of the catalogue.</summary>
    internal ImmutableArray<MeterDefinition> Meters => _meters;

    /// <summary>Whether the kit measures.</summary>
    internal bool Enabled => _now.Options.Enabled;

    /// <summary>The names and patterns under <c>MetricsKit:Instruments</c> that no instrument has matched so far, neither of our own meters nor of selected ones.</summary>
    internal IReadOnlyList<string> UnmatchedPatterns => [.. _now.Patterns.All.Where(static p => !p.HasMatched).Select(static p => p.Text)];

    /// <summary>Decides from now on by other options, which have no faults.</summary>
    internal void Use(MetricsKitOptions options) => _now = new(options);

    internal InstrumentSettings SettingsOf(MeterDefinition meter, InstrumentDefinition row)
    {
        var now = _now;
        bool exported = IsExported(now, meter, row);
        // What is derived from a row that is not exported itself still needs its measurements.
        bool recorded = exported || IsSourceOfExported(now, row);
        if (meter.Name == SnapshotBuilder.OwnMeter && !row.IsDynamic) return new(recorded, exported, row.MaxSeries, row.Bounds, DeclaredOf(meter)) { IsExempt = true };
        var start = _start.Patterns.Of(meter.Name, row.Name);
        var own = ReferenceEquals(now, _start) ? start : now.Patterns.Of(meter.Name, row.Name);
        var bounds = start?.Bounds is { } configured && InstrumentFaults.CanHaveBounds(row) ? [.. configured] : row.Bounds;
        return new(recorded, exported, own?.MaxSeries ?? row.MaxSeries, bounds, DeclaredOf(meter))
        {
            TimeToLive = own?.TimeToLive is { } timeToLive && InstrumentFaults.DescribeNoTimeToLive(row, _meters) is null ? timeToLive : null,
            Name = start?.Name,
            Tags = start?.TagsOf(),
        };
    }

    /// <summary>Everything that is wrong, a sentence each.</summary>
    internal IEnumerable<string> Faults()
    {
        const string Root = MetricsKitConfiguration.SectionName;
        var o = _now.Options;
        if (!InstrumentNames.IsPrefix(o.Prefix)) yield return $"{Root}:Prefix is '{o.Prefix}': it may have at most 64 letters, digits and underscores, and begins with no digit.";
        if (o.Tags.Count > 16) yield return $"{Root}:Tags has {o.Tags.Count} tags: at most 16 can go on every series.";
        foreach (var (key, value) in o.Tags)
        {
            if (!CanBeLabel(key)) yield return $"{Root}:Tags:{key} is not a label name: it has letters, digits and underscores, begins with no digit, and is not reserved.";
            if (string.IsNullOrEmpty(value)) yield return $"{Root}:Tags:{key} is empty: remove it or give it a value.";
        }
        if (o.Tags.Count > 1 && o.Tags.Keys.GroupBy(PrometheusName.OfTag, StringComparer.Ordinal).FirstOrDefault(static g => g.Count() > 1) is { } twice) yield return $"{Root}:Tags has '{twice.Key}' twice, since dots become underscores.";
        if (!IsInterval(o.Derived.Interval)) yield return $"{Root}:Derived:Interval is {o.Derived.Interval:c}: it must be 100 ms to one day.";
        if (o.Derived.Window < o.Derived.Interval) yield return $"{Root}:Derived:Window is {o.Derived.Window:c}: it must be at least as long as the interval, {o.Derived.Interval:c}.";
        if (o.Derived.Window > TimeSpan.FromHours(1)) yield return $"{Root}:Derived:Window is {o.Derived.Window:c}: it may be at most one hour; ask Prometheus for more.";
        if (o.Limits.MaxSeries < 1) yield return $"{Root}:Limits:MaxSeries is {o.Limits.MaxSeries}: it must be at least 1.";
        if (o.Limits.MaxCellBytes < 1 << 20) yield return $"{Root}:Limits:MaxCellBytes is {o.Limits.MaxCellBytes}: it must be at least 1,048,576.";
        if (o.Limits.MaxThreads < 0) yield return $"{Root}:Limits:MaxThreads is {o.Limits.MaxThreads}: it must be 0 or more.";
        if (!o.Prometheus.Path.StartsWith('/')) yield return $"{Root}:Prometheus:Path is '{o.Prometheus.Path}': it begins with a slash.";
        foreach (string fault in GroupFaults().Concat(new InstrumentFaults(_now.Patterns, _meters, _now.Options.Meters.Count > 0, (meter, row) => IsExported(_now, meter, row)).All())) yield return fault;
    }

    IEnumerable<string> GroupFaults()
    {
        foreach (var (name, group) in _now.Options.Groups)
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

    /// <summary>Whether the key can stand on every series.</summary>
    internal static bool CanBeLabel(string key) => InstrumentNames.IsLabel(key) && !PrometheusName.OfTag(key).StartsWith("__", StringComparison.Ordinal) && !InstrumentNames.IsReserved(key);

    /// <summary>What a timer can do and a reader can want.</summary>
    internal static bool IsInterval(TimeSpan interval) => interval >= TimeSpan.FromMilliseconds(100) && interval <= TimeSpan.FromDays(1);

    static bool IsExported(Reading now, MeterDefinition meter, InstrumentDefinition row)
    {
        bool foreign = row.IsDynamic; // its meter may be called as one of ours is, and is in no group
        if (!foreign && meter.Name == SnapshotBuilder.OwnMeter) return now.Options.Enabled || ReferenceEquals(row, KitMetrics.Rows.Enabled);
        if (!now.Options.Enabled) return false;
        if (now.Patterns.Of(meter.Name, row.Name)?.Enabled is { } decided) return decided;
        if (foreign || !now.Options.Groups.TryGetValue(meter.Group, out var group)) return true;
        return group.Enabled && (group.Metrics.Count == 0 || group.Metrics.Any(m => Matches(row, m)));
    }

    Dictionary<string, ImmutableArray<string>>? DeclaredOf(MeterDefinition meter)
    {
        if (!_start.Options.Groups.TryGetValue(meter.Group, out var group) || group.Values.Count == 0) return null;
        return group.Values.ToDictionary(static v => InstrumentNames.Normalise(v.Key), static v => v.Value.ToImmutableArray());
    }

    bool IsSourceOfExported(Reading now, InstrumentDefinition row)
    {
        foreach (var meter in _meters)
        {
            foreach (var other in meter.Instruments)
            {
                if (ReferenceEquals(other.Source, row) && IsExported(now, meter, other)) return true;
            }
        }
        return false;
    }

    static bool SameName(string one, string other) => InstrumentNames.Normalise(one) == InstrumentNames.Normalise(other);

    static bool Matches(InstrumentDefinition row, string metric)
    {
        string name = InstrumentNames.Normalise(row.Name), wanted = InstrumentNames.Normalise(metric);
        return name == wanted || name.StartsWith(wanted + "_", StringComparison.Ordinal);
    }

    /// <summary>Options, and the patterns in them in the order of their weight.</summary>
    sealed record Reading(MetricsKitOptions Options)
    {
        internal InstrumentPatterns Patterns { get; } = new(Options.Instruments);
    }
}
