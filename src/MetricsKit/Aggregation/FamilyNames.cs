using System.Collections.Immutable;

namespace MetricsKit;

/// <summary>Gives out the names of families: decided once for each instrument, first wins, and free again when the instrument has left.</summary>
/// <remarks>The caller holds <see cref="Lock"/>: a metric that is first recorded asks for a name between two snapshots, and a meter may be disposed of at any time.</remarks>
sealed class FamilyNames(InstrumentRegistry registry, string prefix, ImmutableArray<KeyValuePair<string, string>> constantTags)
{
    readonly Dictionary<Instrument, FamilyDescriptor?> _families = [];
    readonly Dictionary<Instrument, FamilyDescriptor> _nameless = []; // kept as it is when the name comes free: whoever exports deltas goes by it
    readonly FamilyClaims _claims = new();
    bool _freed;

    internal Lock Lock { get; } = new();

    internal NameConflicts Conflicts { get; } = new();

    /// <summary>Whether any instrument's name belongs to another.</summary>
    internal bool HasNameless => _nameless.Count > 0;

    /// <summary>Takes the names of a family that no instrument has.</summary>
    internal void Reserve(FamilyDescriptor family) => _claims.Claim(family);

    /// <summary>Before a snapshot: whoever lost a name, and there is one free now, asks again in the order of the registry.</summary>
    internal void Settle()
    {
        if (!_freed) return;
        _freed = false;
        foreach (var (instrument, family) in _families)
        {
            if (family is not null) continue;
            _families.Remove(instrument); // which an enumeration allows
            Conflicts.Remove(instrument);
        }
    }

    /// <summary>The family of an instrument; null when its name is taken.</summary>
    internal FamilyDescriptor? Of(Instrument instrument, MeterInstruments meter)
    {
        if (!_families.TryGetValue(instrument, out var known)) return Claim(instrument, meter); // apart: its lambdas would allocate for every instrument of every snapshot
        if (known is not null && instrument is ForeignInstrument foreign) known.Scope = foreign.Scope;
        return known;
    }

    /// <summary>The family of an instrument whose name is taken; null when it has its name, or was not asked for yet.</summary>
    internal FamilyDescriptor? NamelessOf(Instrument instrument)
    {
        if (_nameless.TryGetValue(instrument, out var known) && instrument is ForeignInstrument foreign) known.Scope = foreign.Scope;
        return known;
    }

    /// <summary>Takes the name of an instrument that nobody will keep if it is not to have it.</summary>
    internal bool TryClaim(Instrument newcomer, MeterInstruments its)
    {
        if (Of(newcomer, its) is not null) return true;
        _families.Remove(newcomer); // nobody will ask for it again
        _nameless.Remove(newcomer);
        Conflicts.Discard(newcomer);
        return false;
    }

    /// <summary>The instrument has left: its names are free, and its conflicts are gone.</summary>
    internal void Release(Instrument instrument)
    {
        Conflicts.Remove(instrument.Definition);
        _nameless.Remove(instrument);
        if (!_families.Remove(instrument, out var family)) return;
        Conflicts.Remove(instrument);
        if (family is null) return;
        _claims.Release(family);
        _freed = true;
    }

    /// <summary>The instrument was made again with another description: the first one is shown.</summary>
    internal void NoteDescription(Instrument instrument, string meter)
    {
        var row = instrument.Definition;
        if (instrument.Exported) Conflicts.Add(row, NameConflict.OfDescription(row, meter, PrometheusName.Of(row, "")));
    }

    FamilyDescriptor? Claim(Instrument instrument, MeterInstruments meter)
    {
        if (!_nameless.Remove(instrument, out var family)) family = Describe(instrument, meter);
        if (_claims.Claim(family) is not { } first) return _families[instrument] = family;
        Conflicts.Add(instrument, NameConflict.Of(family, first, CureOf(instrument, family, first)));
        _nameless[instrument] = family;
        return _families[instrument] = null;
    }

    FamilyDescriptor Describe(Instrument instrument, MeterInstruments meter)
    {
        var row = instrument.Definition;
        if (instrument.Name != row.Name) row = row with { Name = instrument.Name, PrometheusName = null, Convention = null }; // a view's name takes the place of all of them
        bool own = meter.Definition.Name == SnapshotBuilder.OwnMeter;
        string name = PrometheusName.Of(row, own || meter.IsForeign ? "" : prefix);
        var constant = own || constantTags.IsEmpty ? [] : constantTags.Where(t => !row.TagKeys.Any(k => PrometheusName.OfTag(k.Name) == PrometheusName.OfTag(t.Key))).ToImmutableArray();
        var shown = instrument is MirrorInstrument && row.Source is { } source ? registry.Find(source) : instrument;
        var bounds = shown?.Bounds ?? [];
        return new(row, instrument is ForeignInstrument foreign ? foreign.Scope : meter.Scope, name, bounds, constant) { StartTime = shown?.StartTime };
    }

    static string CureOf(Instrument instrument, FamilyDescriptor loser, FamilyDescriptor first)
    {
        string name = loser.Row.Name;
        if (instrument is DynamicInstrument) return $"Give it another name with MetricsKit:Processing:Rename:{name}.";
        if (name == first.Row.Name && loser.Meter == first.Meter) return "Give one of them another name where they are created.";
        return $"Give it another name with MetricsKit:Instruments:{name}:Name and, so that no other instrument is meant, MetricsKit:Instruments:{name}:Meter={loser.Meter}.";
    }
}
