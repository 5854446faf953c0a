using System.Collections.Immutable;

namespace MetricsKit;

/// <summary>What stays the same from snapshot to snapshot about one exported instrument.</summary>
sealed class FamilyDescriptor(InstrumentDefinition row, MeterScope scope, string prometheusName, ImmutableArray<double> bounds, ImmutableArray<KeyValuePair<string, string>> constantTags)
{
    internal InstrumentDefinition Row => row;

    internal string Meter => scope.Name;

    /// <summary>Who measures. Of somebody else's instruments it may change: meters of another version may come to feed the same one.</summary>
    internal MeterScope Scope
    {
        get => Volatile.Read(ref scope);
        set => Volatile.Write(ref scope, value); // I2: whoever exports a snapshot reads it meanwhile
    }

    /// <summary>When the instrument began to be measured; null: with the host.</summary>
    internal DateTimeOffset? StartTime { get; init; }

    /// <summary>The family's name in Prometheus' text format, prefix included; a counter's ends in <c>_total</c>.</summary>
    internal string PrometheusName => prometheusName;

    internal ImmutableArray<double> Bounds => bounds;

    /// <summary>The host's tags that the instrument has no key of its own for; where series carry their own keys, all of the host's.</summary>
    internal ImmutableArray<KeyValuePair<string, string>> ConstantTags => constantTags;

    /// <summary>What a text writer keeps for this family.</summary>
    internal object? Rendered;
}

/// <summary>One family's part of a snapshot: where its labels and its values are.</summary>
struct FamilySlice
{
    internal FamilyDescriptor Family;
    internal LabelPage[] Pages, OverflowPages;
    internal int Count, OverflowCount;

    /// <summary>The first value's index in the snapshot's numbers; values lie side by side, the overflow series' behind the others'.</summary>
    internal int Offset;

    /// <summary>Numbers of one series.</summary>
    internal int Run;

    /// <summary>Whether the numbers are doubles in their bits, NaN for absent.</summary>
    internal bool IsDouble;

    /// <summary>Whether each page holds one series, but for those of the overflow.</summary>
    internal bool IsSingle;
}
