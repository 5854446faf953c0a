using System.Collections.Immutable;
using System.Diagnostics.Metrics;

namespace MetricsKit;

/// <summary>What configuration decided about one row.</summary>
/// <param name="Recorded">False: handles write into cells that nobody reads.</param>
/// <param name="Exported">Whether snapshots show it. A row can be recorded for the sake of one that is derived from it.</param>
/// <param name="MaxSeries">The limit of series.</param>
/// <param name="Bounds">The bounds of a histogram.</param>
/// <param name="Declared">Values of open keys to publish at zero, by key; null: none.</param>
sealed record InstrumentSettings(bool Recorded, bool Exported, int MaxSeries, ImmutableArray<double> Bounds, IReadOnlyDictionary<string, ImmutableArray<string>>? Declared)
{
    /// <summary>Whether the host's limit of series leaves the instrument alone: the kit must be able to say what is wrong.</summary>
    internal bool IsExempt { get; init; }

    /// <summary>How long a series of open tags may be idle before it leaves (I7); null: for ever.</summary>
    internal TimeSpan? TimeToLive { get; init; }

    /// <summary>The instrument's new name, from which the exported one is derived; null: the row's.</summary>
    internal string? Name { get; init; }

    /// <summary>What becomes of the tags; null: nothing.</summary>
    internal TagView? Tags { get; init; }
}

/// <summary>What an instrument is made from.</summary>
sealed record InstrumentContext(Meter Meter, InstrumentSettings Settings, InstrumentRegistry Registry);
