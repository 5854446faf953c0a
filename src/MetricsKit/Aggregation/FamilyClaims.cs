namespace MetricsKit;

/// <summary>Which instrument has which names: those of its family and of the samples that the family has.</summary>
/// <remarks>Decided in the name space of OpenMetrics, where <c>x</c> and <c>x_total</c> are one family. Only the bare names are kept; the others follow from the kind.</remarks>
sealed class FamilyClaims
{
    static readonly string[] CounterSuffixes = ["_total", "_created"], HistogramSuffixes = ["_bucket", "_sum", "_count", "_created"];
    static readonly string[] AllSuffixes = ["_total", "_bucket", "_sum", "_count", "_created"];

    readonly Dictionary<string, InstrumentDefinition> _families = new(StringComparer.Ordinal);

    /// <summary>Takes the names of an instrument's family, or says which instrument has one of them already.</summary>
    internal string? Claim(string name, InstrumentDefinition row)
    {
        string bare = row.Kind == InstrumentKind.Counter ? PrometheusName.WithoutTotal(name) : name;
        if (Find(bare, row.Kind) is { } first) return first.Name;
        _families.Add(bare, row);
        return null;
    }

    /// <summary>Gives back the names of an instrument that has left.</summary>
    internal void Release(string name, InstrumentDefinition row) => _families.Remove(row.Kind == InstrumentKind.Counter ? PrometheusName.WithoutTotal(name) : name);

    InstrumentDefinition? Find(string bare, InstrumentKind kind)
    {
        if (_families.TryGetValue(bare, out var same)) return same;
        foreach (string suffix in SuffixesOf(kind))
        {
            if (_families.TryGetValue(bare + suffix, out var sample)) return sample;
        }
        // The other way round: the bare name may be a sample of a family that is there.
        foreach (string suffix in AllSuffixes)
        {
            if (bare.EndsWith(suffix, StringComparison.Ordinal) && _families.TryGetValue(bare[..^suffix.Length], out var family) && SuffixesOf(family.Kind).Contains(suffix)) return family;
        }
        return null;
    }

    static string[] SuffixesOf(InstrumentKind kind) => kind switch
    {
        InstrumentKind.Counter => CounterSuffixes,
        InstrumentKind.Histogram => HistogramSuffixes,
        _ => [],
    };
}
