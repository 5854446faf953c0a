namespace MetricsKit;

/// <summary>What two instruments disagree about.</summary>
enum ConflictReason
{
    /// <summary>The exported name alone: kind and unit are the same, or the names became equal only when they were exported.</summary>
    Name,

    /// <summary>The kind.</summary>
    Kind,

    /// <summary>The unit.</summary>
    Unit,

    /// <summary>The name of one is that of a sample of the other, such as <c>x_count</c> beside the histogram <c>x</c>.</summary>
    SampleName,

    /// <summary>The description; both are exported, as one family with the first description.</summary>
    Description,
}

/// <summary>An instrument that Prometheus is not shown because another has its name, or whose description is not.</summary>
/// <param name="Instrument">The one that came second.</param>
/// <param name="Meter">Its meter.</param>
/// <param name="PrometheusName">The name it wanted.</param>
/// <param name="First">The instrument that has the name.</param>
/// <param name="FirstMeter">The meter of that one.</param>
/// <param name="Reason">What they disagree about.</param>
/// <param name="Detail">How the first one differs, as a part of a sentence; empty: in nothing else.</param>
/// <param name="Cure">What to do, as a sentence.</param>
sealed record NameConflict(string Instrument, string Meter, string PrometheusName, string First, string FirstMeter, ConflictReason Reason, string Detail, string Cure)
{
    /// <summary>The sentences for whoever has to mend it.</summary>
    internal string Text => Reason == ConflictReason.Description
        ? $"The instrument {Instrument} of the meter {Meter} was created with different descriptions, of which {PrometheusName} shows the first. {Cure}"
        : $"The instrument {Instrument} of the meter {Meter} has no name in Prometheus: {PrometheusName} belongs to {First} already, of the meter {FirstMeter}{Detail}. {Cure}";

    /// <summary>The conflict of a family with the one that has its name.</summary>
    internal static NameConflict Of(FamilyDescriptor loser, FamilyDescriptor first, string cure)
    {
        var (row, its) = (loser.Row, first.Row);
        bool sameFamily = MetricsKit.PrometheusName.OfFamily(loser.PrometheusName, row) == MetricsKit.PrometheusName.OfFamily(first.PrometheusName, its);
        var (reason, detail) =
            !sameFamily ? (ConflictReason.SampleName, $", whose family {first.PrometheusName} has a sample of that name or the other way round") :
            row.Kind != its.Kind ? (ConflictReason.Kind, $", which is a {NameOf(its.Kind)} and not a {NameOf(row.Kind)}") :
            row.Unit != its.Unit ? (ConflictReason.Unit, $", which is in '{its.Unit}' and not in '{row.Unit}'") :
            (ConflictReason.Name, "");
        return new(row.Name, loser.Meter, loser.PrometheusName, its.Name, first.Meter, reason, detail, cure);
    }

    /// <summary>The conflict of an instrument that was made again with another description.</summary>
    internal static NameConflict OfDescription(InstrumentDefinition row, string meter, string name) =>
        new(row.Name, meter, name, row.Name, meter, ConflictReason.Description, "", "Give it the same one wherever it is created.");

    static string NameOf(InstrumentKind kind) => kind switch
    {
        InstrumentKind.Counter => "counter",
        InstrumentKind.UpDownCounter => "up-down counter",
        InstrumentKind.Gauge => "gauge",
        _ => "histogram",
    };
}
