using System.Collections.Immutable;

namespace MetricsKit;

/// <summary>Finds what is wrong with the settings of instruments.</summary>
/// <param name="patterns">The settings.</param>
/// <param name="meters">The meters of the host that are known beforehand.</param>
/// <param name="selectsMeters">Whether meters are selected whose instruments are not known beforehand.</param>
/// <param name="isExported">Whether a row is exported.</param>
sealed class InstrumentFaults(InstrumentPatterns patterns, ImmutableArray<MeterDefinition> meters, bool selectsMeters, Func<MeterDefinition, InstrumentDefinition, bool> isExported)
{
    const string Root = MetricsKitConfiguration.SectionName + ":Instruments";

    /// <summary>A sentence each.</summary>
    internal IEnumerable<string> All() => patterns.All.SelectMany(Of).Concat(OfDerived());

    IEnumerable<string> Of(InstrumentPattern pattern)
    {
        string path = $"{Root}:{pattern.Text}";
        var o = pattern.Options;
        var matched = meters.SelectMany(m => m.Instruments.Where(r => pattern.Matches(m.Name, r.Name)).Select(r => (Meter: m, Row: r))).ToArray();
        var rows = matched.Where(static m => m.Meter.Name != SnapshotBuilder.OwnMeter).Select(static m => m.Row).ToArray();
        if (rows.Length == 0 && matched.Length > 0) yield return $"{path} belongs to the kit itself, whose instruments stay as they are: remove it.";
        else if (rows.Length == 0 && !selectsMeters && o.Meter is not "") yield return $"{path} is no instrument of this host{(o.Meter is { } meter ? $" in a meter '{meter}'" : "")}: correct it, or select the meter that has it under {MetricsKitConfiguration.SectionName}:Meters.";
        if (o.MaxSeries < 1) yield return $"{path}:MaxSeries is {o.MaxSeries}: it must be at least 1.";
        if (o.TimeToLive is { } timeToLive && DescribeBad(pattern, rows, timeToLive) is { } bad) yield return $"{path}:TimeToLive {bad}.";
        if (o.Bounds is { } bounds)
        {
            if (rows.Length > 0 && MeansOurs(pattern) && !rows.Any(CanHaveBounds)) yield return $"{path}:Bounds: '{rows[0].Name}' has no bounds of its own.";
            else if (InstrumentDefinition.DescribeBadBounds([.. bounds]) is { } fault) yield return $"{path}:Bounds {fault}.";
        }
        foreach (string fault in OfName(path, pattern, rows).Concat(OfTags(path, o)).Concat(pattern.IsExact && rows.Length > 0 ? OfTags(path, o, rows) : [])) yield return fault;
    }

    /// <summary>Whether the rows that a pattern matches are all that it can mean. A whole name means our row, whatever is selected: another meter's is told from it by its meter.</summary>
    bool MeansOurs(InstrumentPattern pattern) => pattern.IsExact || !selectsMeters;

    static IEnumerable<string> OfName(string path, InstrumentPattern pattern, InstrumentDefinition[] rows)
    {
        if (pattern.Options.Name is not { } name) yield break;
        if (!InstrumentNames.IsInstrument(name)) yield return $"{path}:Name is '{name}': it begins with a lower-case letter and has only lower-case letters, digits, dots and underscores, such as 'orders.handled'.";
        if (rows.Length > 1) yield return $"{path}:Name is for one instrument, and this is {rows.Length}, such as '{rows[0].Name}' and '{rows[1].Name}': write a name without '*', or narrow it with {path}:Meter.";
        else if (rows.Length == 0 && !pattern.IsExact) yield return $"{path}:Name is for one instrument, and the pattern may match many, of which all but one would be missing: write a name without '*'.";
    }

    /// <summary>What is wrong whatever the instrument is.</summary>
    static IEnumerable<string> OfTags(string path, InstrumentOptions o)
    {
        if (o.Meter is "") yield return $"{path}:Meter is empty: write the name of a meter, or remove it.";
        if (o.TagKeys?.Any(string.IsNullOrWhiteSpace) == true) yield return $"{path}:TagKeys has an empty entry: remove it.";
        if (o.DropTagKeys?.Any(string.IsNullOrWhiteSpace) == true) yield return $"{path}:DropTagKeys has an empty entry: remove it.";
        foreach (string key in o.DropTagKeys ?? [])
        {
            if (o.TagKeys?.Contains(key, InstrumentNameComparer.Instance) == true) yield return $"{path} keeps the tag '{key}' and drops it: remove it from TagKeys or from DropTagKeys.";
        }
        TagView kept = new(o.TagKeys, o.DropTagKeys, []);
        foreach (var (key, texts) in o.Values)
        {
            if (texts.Count == 0) yield return $"{path}:Values:{key} is empty: write {path}:Values:{key}:<text> = <other text>.";
            if (kept.Drops(key)) yield return $"{path}:Values:{key} replaces texts of a tag that TagKeys or DropTagKeys leaves out: remove one of the two.";
            if (texts.FirstOrDefault(static t => t.Key.Length > TagText.MaxLength || t.Value is null || t.Value.Length > TagText.MaxLength) is { Key: { } from }) yield return $"{path}:Values:{key}:{(from.Length > 40 ? from[..40] + "…" : from)}: both texts must be there, and have at most {TagText.MaxLength} characters.";
        }
    }

    /// <summary>What is wrong with rows that are meant by their name.</summary>
    static IEnumerable<string> OfTags(string path, InstrumentOptions o, InstrumentDefinition[] rows)
    {
        if (o.TagKeys is null && o.DropTagKeys is null && o.Values.Count == 0) yield break;
        var row = rows[0];
        if (rows.Length == 1 && row.Source is { } source && row.Kind == source.Kind)
        {
            yield return $"{path}: the tags of '{row.Name}' cannot be changed, since it shows what '{source.Name}' measures: change them there.";
            yield break;
        }
        var known = rows.SelectMany(static r => r.TagKeys).Select(static k => k.Name).Distinct().ToArray();
        string has = known.Length == 0 ? "it has none" : $"it has {string.Join(", ", known)}";
        foreach (var (setting, named) in new[] { ("TagKeys", o.TagKeys ?? []), ("DropTagKeys", o.DropTagKeys ?? []), ("Values", o.Values.Keys) })
        {
            foreach (string key in named)
            {
                if (!string.IsNullOrWhiteSpace(key) && !known.Contains(key, InstrumentNameComparer.Instance)) yield return $"{path}:{setting} has '{key}', which is no tag of '{row.Name}': {has}.";
            }
        }
    }

    /// <summary>A share of increments is told by the texts of one tag, which therefore have to stay.</summary>
    IEnumerable<string> OfDerived()
    {
        foreach (var meter in meters)
        {
            foreach (var row in meter.Instruments)
            {
                if (row is not { Part: { } part, Source: { } source } || !isExported(meter, row)) continue;
                var home = meters.FirstOrDefault(m => m.Instruments.Any(r => ReferenceEquals(r, source)));
                if (home is not null && patterns.Of(home.Name, source.Name)?.TagsOf()?.Affects(part.Name) == true)
                    yield return $"{Root} changes the tag '{part.Name}' of '{source.Name}', from which '{row.Name}' is computed: leave it as it is, or switch '{row.Name}' off.";
            }
        }
    }

    internal static bool CanHaveBounds(InstrumentDefinition row) => row.Kind == InstrumentKind.Histogram && row.Source is null;

    string? DescribeBad(InstrumentPattern pattern, InstrumentDefinition[] rows, TimeSpan timeToLive)
    {
        if (timeToLive <= TimeSpan.Zero || timeToLive > TimeSpan.FromDays(366)) return $"is {timeToLive:c}: it must be more than zero and at most 366 days";
        if (rows.Length == 0 || !MeansOurs(pattern) || !pattern.IsExact && rows.Any(r => DescribeNoTimeToLive(r, meters) is null)) return null;
        return rows.Select(r => DescribeNoTimeToLive(r, meters)).FirstOrDefault(static d => d is not null);
    }

    /// <summary>Why a row's series cannot leave, as the end of a sentence; null when they can.</summary>
    internal static string? DescribeNoTimeToLive(InstrumentDefinition row, ImmutableArray<MeterDefinition> meters)
    {
        if (row.Source is { } source) return $"cannot be set, since '{row.Name}' shows what '{source.Name}' measures: set it there";
        if (row.IsObserved) return $"cannot be set, since a collector decides which series '{row.Name}' has";
        if (row.Kind == InstrumentKind.Gauge) return $"cannot be set, since '{row.Name}' is a gauge: its last value stays until it is set again";
        if (!row.IsDynamic && row.TagKeys.All(static k => k.IsClosed)) return $"cannot be set, since '{row.Name}' has no open tag: all of its series are published from the beginning";
        // A gauge over a window of totals would take a recycled series for a fall.
        var derived = meters.SelectMany(static m => m.Instruments).FirstOrDefault(r => ReferenceEquals(r.Source, row) && r.Kind != row.Kind);
        return derived is null ? null : $"cannot be set, since '{derived.Name}' is computed from the totals of '{row.Name}'";
    }
}
