namespace MetricsKit.Testing;

/// <summary>A whole scrape that broke no rule.</summary>
public sealed class Exposition
{
    readonly Dictionary<string, ExpositionSample> _byIdentity;

    internal Exposition(ExpositionSyntax format, IReadOnlyList<ExpositionFamily> families, Dictionary<string, ExpositionSample> byIdentity)
    {
        Format = format;
        Families = families;
        Samples = [.. families.SelectMany(family => family.Samples)];
        _byIdentity = byIdentity;
    }

    /// <summary>The format it was read as.</summary>
    public ExpositionSyntax Format { get; }

    /// <summary>The families, in the order in which they were written.</summary>
    public IReadOnlyList<ExpositionFamily> Families { get; }

    /// <summary>The samples of all families, in the order in which they were written.</summary>
    public IReadOnlyList<ExpositionSample> Samples { get; }

    /// <summary>The family with exactly this name.</summary>
    /// <exception cref="KeyNotFoundException">There is none; the message lists the nearest names.</exception>
    public ExpositionFamily Family(string name) =>
        Families.FirstOrDefault(family => family.Name == name)
        ?? throw new KeyNotFoundException($"There is no family {name}. {Nearest(name, Families.Select(family => (family.Name, family.Name)))}");

    /// <summary>The value of the one sample with this name and exactly these labels, in any order.</summary>
    /// <exception cref="KeyNotFoundException">There is none; the message lists the nearest samples.</exception>
    public double Value(string name, params (string Key, string Value)[] labels) => Sample(name, labels).Value;

    /// <summary>The one sample with this name and exactly these labels, in any order.</summary>
    /// <exception cref="KeyNotFoundException">There is none; the message lists the nearest samples.</exception>
    public ExpositionSample Sample(string name, params (string Key, string Value)[] labels) =>
        Find(name, labels)
        ?? throw new KeyNotFoundException(
            $"There is no sample {name}{{{string.Join(',', labels.Select(label => $"{label.Key}=\"{label.Value}\""))}}}. "
            + Nearest(name, Samples.Select(sample => (sample.Name, sample.ToString()))));

    /// <summary>The value of that sample, if it is there.</summary>
    public bool TryValue(string name, out double value, params (string Key, string Value)[] labels)
    {
        var sample = Find(name, labels);
        value = sample?.Value ?? double.NaN;
        return sample is not null;
    }

    ExpositionSample? Find(string name, (string Key, string Value)[] labels) =>
        _byIdentity.GetValueOrDefault(SeriesIdentity.Of(name, labels.Select(label => KeyValuePair.Create(label.Key, label.Value))));

    // A typing error is nearly always in the labels or at the end of the name: same name first, then the longest common beginning.
    static string Nearest(string name, IEnumerable<(string Name, string Text)> all)
    {
        const int Shown = 10; // As many as fit on a screen beside the stack trace.
        var nearest = all
            .OrderByDescending(candidate => candidate.Name == name)
            .ThenByDescending(candidate => candidate.Name.AsSpan().CommonPrefixLength(name))
            .Take(Shown)
            .Select(candidate => "  " + candidate.Text)
            .ToList();
        return nearest.Count == 0 ? "The exposition is empty." : "The nearest are:\n" + string.Join('\n', nearest);
    }
}
