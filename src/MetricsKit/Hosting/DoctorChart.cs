using System.Collections.Immutable;

namespace MetricsKit;

/// <summary>Everything that a diagnosis is made from, as it was at one moment.</summary>
sealed record DoctorChart
{
    /// <summary>Meters of the process that are published and not selected.</summary>
    internal IReadOnlyCollection<string> UnselectedMeters { get; init; } = [];

    /// <summary>Meters that are selected and belong to another host of the process, which alone may measure them.</summary>
    internal IReadOnlyCollection<string> StrangersMeters { get; init; } = [];

    internal IReadOnlyList<ChartedInstrument> Instruments { get; init; } = [];

    internal IReadOnlyList<NameConflict> Conflicts { get; init; } = [];

    internal IReadOnlyList<ChartedCallback> Callbacks { get; init; } = [];

    /// <summary>Files of the machine that cannot be read, and what is absent for it.</summary>
    internal IReadOnlyList<(string File, string Absent)> UnreadableFiles { get; init; } = [];

    internal IReadOnlyList<string> UnknownKeys { get; init; } = [];

    /// <summary>Patterns under <c>MetricsKit:Instruments</c> that match nothing.</summary>
    internal IReadOnlyList<string> UnmatchedPatterns { get; init; } = [];
}

/// <summary>An instrument and what its series look like.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Bounds">The bounds in force; empty for other kinds than histograms.</param>
/// <param name="Tags">The open keys that its series carry.</param>
/// <param name="Limit">How many series it may have.</param>
/// <param name="Folded">How many measurements met that limit.</param>
sealed record ChartedInstrument(string Name, string Unit, ImmutableArray<double> Bounds, IReadOnlyList<ChartedTag> Tags, int Limit, long Folded)
{
    /// <summary>Where the measurements of a histogram are.</summary>
    internal ChartedBuckets Measured { get; init; }

    /// <summary>The configuration that the next tag to leave out is added to: a name or pattern, and the first index that is free.</summary>
    internal (string Pattern, int Next) Drops { get; init; } = (Name, 0);
}

/// <summary>How the measurements of a histogram lie to its bounds.</summary>
/// <param name="First">How many are no larger than the first bound above 0.</param>
/// <param name="Past">How many are past the last bound.</param>
/// <param name="All">How many there are.</param>
readonly record struct ChartedBuckets(long First, long Past, long All);

/// <summary>A key, how many values it has had, and one of them.</summary>
readonly record struct ChartedTag(string Key, int Values, string Example);

/// <summary>A collector or a foreign observable that failed or hung.</summary>
/// <param name="Name">What logs call it.</param>
/// <param name="Errors">How often it threw.</param>
/// <param name="Hangs">How often it did not return in time.</param>
/// <param name="IsAbsent">Whether its series are absent now.</param>
readonly record struct ChartedCallback(string Name, long Errors, long Hangs, bool IsAbsent);
