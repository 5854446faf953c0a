using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace MetricsKit;

/// <summary>One row of the catalogue: everything that is known about an instrument before it measures.</summary>
/// <remarks>Rows are made with <c>Define</c>, which gives them the type of the instrument they create.</remarks>
public abstract record InstrumentDefinition
{
    /// <summary>The bounds of a histogram in seconds that states none: those of OpenTelemetry's HTTP durations.</summary>
    internal static readonly ImmutableArray<double> DefaultSeconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    /// <summary>Most bounds of one histogram: with sum and overflow bucket a series fills a chunk of 256 cells.</summary>
    internal const int MaxBounds = 254;

    /// <summary>Longest description, so that a header always fits the writer's segment.</summary>
    internal const int MaxDescription = 1000;

    /// <summary>Longest unit, as OpenTelemetry has it.</summary>
    internal const int MaxUnit = 63;

    private protected InstrumentDefinition(string name, InstrumentKind kind, string unit, string description, ImmutableArray<TagKey> tagKeys)
    {
        InstrumentNames.CheckInstrument(name);
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(unit.Length, MaxUnit, nameof(unit));
        ArgumentException.ThrowIfNullOrWhiteSpace(description);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(description.Length, MaxDescription, nameof(description));
        if (HaveOneName(tagKeys.AsSpan()))
            throw new ArgumentException($"The instrument '{name}' has two tag keys of one name.", nameof(tagKeys));
        Name = name;
        Kind = kind;
        Unit = unit;
        Description = description;
        TagKeys = tagKeys;
    }

    /// <summary>A row for a name that was met while measuring, as it was written there: each series carries tags of its own.</summary>
    private protected InstrumentDefinition(string name, InstrumentKind kind, string unit, string description)
    {
        Name = name;
        Kind = kind;
        Unit = unit;
        Description = description;
        TagKeys = [];
        IsDynamic = true;
    }

    /// <summary>Dotted lower case without the unit, for example <c>mission.duration</c>. Custom metrics have the name that they are recorded with.</summary>
    public string Name { get; internal init; }

    /// <summary>What the instrument measures.</summary>
    public InstrumentKind Kind { get; }

    /// <summary>The unit in UCUM, for example <c>s</c>, <c>By</c>, <c>1</c> or <c>{mission}</c>.</summary>
    public string Unit { get; }

    /// <summary>A full sentence.</summary>
    public string Description { get; }

    /// <summary>The keys of the tags, in the order in which calls pass the values; none for custom metrics, of which each series has keys of its own.</summary>
    public ImmutableArray<TagKey> TagKeys { get; }

    /// <summary>How many series the instrument may have before open tags fold to <c>_OTHER</c>. The last eighth is kept back for label sets that come again and again after the others are taken.</summary>
    /// <value>The default is 1,000.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int MaxSeries
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(MaxSeries));
            field = value;
        }
    } = 1000;

    /// <summary>The upper bounds of a histogram's buckets, inclusive and increasing; the bucket up to infinity is added by itself.</summary>
    /// <value>The default for a histogram is 5 ms to 10 s in 14 steps; empty for other kinds.</value>
    /// <exception cref="ArgumentException">The bounds are not finite and increasing, or more than 254, or the row is not a histogram.</exception>
    public ImmutableArray<double> Bounds
    {
        get => field.IsDefault ? Kind == InstrumentKind.Histogram ? DefaultSeconds : [] : field;
        init
        {
            if (Kind != InstrumentKind.Histogram) throw new ArgumentException($"'{Name}' is not a histogram and has no bounds.", nameof(Bounds));
            if (DescribeBadBounds(ImmutableCollectionsMarshal.AsArray(value)) is { } fault) throw new ArgumentException($"The bounds of '{Name}' {fault}.", nameof(Bounds));
            field = value;
        }
    }

    /// <summary>The Prometheus name, without the host's prefix, where it cannot be derived from name and unit.</summary>
    /// <value>The default is null: derived.</value>
    /// <exception cref="ArgumentException">The name has other characters than letters, digits and underscores, or begins with a digit.</exception>
    public string? PrometheusName
    {
        get;
        init
        {
            if (value is not null && !InstrumentNames.IsMetric(value)) throw new ArgumentException($"'{value}' is not a Prometheus name for '{Name}': it has letters, digits and underscores, and begins with no digit.", nameof(PrometheusName));
            field = value;
        }
    }

    /// <summary>The row that this one is computed from or mirrors; it is recorded for as long as this one is exported.</summary>
    internal InstrumentDefinition? Source { get; init; }

    /// <summary>The key of the source whose values tell what this row counts; null where none does.</summary>
    internal TagKey? Part { get; init; }

    /// <summary>The row's twin in OpenTelemetry's semantic conventions; null where none is the same measurement.</summary>
    internal SemanticConvention? Convention { get; init; }

    /// <summary>Whether the tags are what the row is about, and the value is always 1: <c>info</c> in OpenMetrics.</summary>
    internal bool IsInfo { get; init; }

    /// <summary>Whether each series carries keys of its own instead of values for the row's.</summary>
    internal bool IsDynamic { get; }

    /// <summary>Whether a collector reports the values.</summary>
    internal abstract bool IsObserved { get; }

    /// <summary>Whether two keys are one in Prometheus. By hand, as it is asked for every row at the start of a process.</summary>
    static bool HaveOneName(ReadOnlySpan<TagKey> keys)
    {
        for (int i = 1; i < keys.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (InstrumentNames.IsSame(keys[i].Name, keys[j].Name)) return true;
            }
        }
        return false;
    }

    /// <summary>What is wrong with a list of bucket bounds, as the end of a sentence; null when nothing is.</summary>
    internal static string? DescribeBadBounds(ReadOnlySpan<double> bounds)
    {
        if (bounds.Length > MaxBounds) return $"are {bounds.Length}: at most {MaxBounds} are possible";
        for (int i = 0; i < bounds.Length; i++)
        {
            if (!double.IsFinite(bounds[i])) return "must be finite: the bucket up to infinity is added by itself";
            if (i > 0 && bounds[i] <= bounds[i - 1]) return "must increase";
        }
        return null;
    }
}
