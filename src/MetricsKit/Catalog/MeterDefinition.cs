using System.Collections.Immutable;

namespace MetricsKit;

/// <summary>A meter as data: its name and the rows of its instruments.</summary>
public sealed record MeterDefinition
{
    /// <summary>Describes a meter.</summary>
    /// <param name="name">For example <c>MyCompany.Robots</c>; it becomes the name of the <see cref="System.Diagnostics.Metrics.Meter"/>.</param>
    /// <param name="instruments">The rows, in the order in which they are exported.</param>
    /// <exception cref="ArgumentException">The name is empty, or two rows have one name.</exception>
    public MeterDefinition(string name, params ImmutableArray<InstrumentDefinition> instruments)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        HashSet<string> names = new(instruments.Length, StringComparer.Ordinal);
        foreach (var instrument in instruments)
        {
            if (!names.Add(InstrumentNames.Normalise(instrument.Name))) throw new ArgumentException($"The meter '{name}' has two instruments that are called '{instrument.Name}'.", nameof(instruments));
        }
        Name = name;
        Instruments = instruments;
        Group = name;
    }

    /// <summary>The name of the meter.</summary>
    public string Name { get; }

    /// <summary>The rows, in the order in which they are exported.</summary>
    public ImmutableArray<InstrumentDefinition> Instruments { get; }

    /// <summary>The version of the meter, if it has one of its own.</summary>
    public string? Version { get; init; }

    /// <summary>The key under <c>MetricsKit:Groups</c> that switches the meter.</summary>
    /// <value>The default is the meter's name.</value>
    public string Group { get; init; }
}
