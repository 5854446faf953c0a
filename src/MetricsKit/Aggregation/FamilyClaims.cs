namespace MetricsKit;

/// <summary>Which family has which names: its own, and those of the samples that it has.</summary>
/// <remarks>Decided in the name space of OpenMetrics, where <c>x</c> and <c>x_total</c> are one family. Only the bare names are kept; the others follow from the row.</remarks>
sealed class FamilyClaims
{
    static readonly string[] CounterSuffixes = ["_total", "_created"], HistogramSuffixes = ["_bucket", "_sum", "_count", "_created"], InfoSuffixes = ["_info"];
    static readonly string[] AllSuffixes = ["_total", "_bucket", "_sum", "_count", "_created", "_info"];

    readonly Dictionary<string, FamilyDescriptor> _families = new(StringComparer.Ordinal);

    /// <summary>Takes the names of a family, or says which family has one of them already. A few look-ups, however many families there are.</summary>
    internal FamilyDescriptor? Claim(FamilyDescriptor family)
    {
        string bare = BareOf(family);
        if (Find(bare, family.Row) is { } first) return first;
        _families.Add(bare, family);
        return null;
    }

    /// <summary>Frees the names of a family that has left; those of a family that never had them stay.</summary>
    internal void Release(FamilyDescriptor family)
    {
        string bare = BareOf(family);
        if (_families.TryGetValue(bare, out var holder) && ReferenceEquals(holder, family)) _families.Remove(bare);
    }

    FamilyDescriptor? Find(string bare, InstrumentDefinition row)
    {
        if (_families.TryGetValue(bare, out var same)) return same;
        foreach (string suffix in SuffixesOf(row))
        {
            if (_families.TryGetValue(bare + suffix, out var sample)) return sample;
        }
        // The other way round: the bare name may be a sample of a family that is there.
        foreach (string suffix in AllSuffixes)
        {
            if (bare.EndsWith(suffix, StringComparison.Ordinal) && _families.TryGetValue(bare[..^suffix.Length], out var family) && SuffixesOf(family.Row).Contains(suffix)) return family;
        }
        return null;
    }

    static string BareOf(FamilyDescriptor family) => PrometheusName.OfFamily(family.PrometheusName, family.Row);

    static string[] SuffixesOf(InstrumentDefinition row) => row.Kind switch
    {
        InstrumentKind.Counter => CounterSuffixes,
        InstrumentKind.Histogram => HistogramSuffixes,
        _ => row.IsInfo ? InfoSuffixes : [],
    };
}
