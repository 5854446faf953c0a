using System.Collections.Immutable;

namespace MetricsKit;

/// <summary>The row of a metric that nobody described beforehand: any name, and series that carry their own tags, all of them open.</summary>
sealed record DynamicDefinition : InstrumentDefinition
{
    /// <summary>Describes a recorded metric by its name.</summary>
    /// <param name="name">Any text that has at most 255 characters and is not empty; lone surrogates, which no format can carry, become U+FFFD.</param>
    /// <param name="kind">What is measured.</param>
    internal DynamicDefinition(string name, InstrumentKind kind) : base(TagText.Sanitise(name, out _), kind, "", $"Samples that were recorded as '{name}'.") => PrometheusName = MetricsKit.PrometheusName.OfText(name, kind);

    /// <summary>Describes an instrument of a meter that is not the kit's. Nothing is refused: what no format can carry is cut or replaced.</summary>
    /// <param name="name">Its name, or the one that a view gives it.</param>
    /// <param name="kind">What it measures.</param>
    /// <param name="unit">Its unit.</param>
    /// <param name="description">Its description.</param>
    /// <param name="bounds">The bounds that it advises; default: those of its unit.</param>
    /// <param name="isObserved">Whether a callback reports its values.</param>
    internal DynamicDefinition(string name, InstrumentKind kind, string? unit, string? description, ImmutableArray<double> bounds, bool isObserved)
        : base(ForeignText.Name(name), kind, ForeignText.Unit(unit), ForeignText.Description(description, name))
    {
        PrometheusName = MetricsKit.PrometheusName.OfForeign(name, unit ?? "", kind);
        if (kind == InstrumentKind.Histogram) Bounds = bounds.IsDefault || DescribeBadBounds(bounds.AsSpan()) is not null ? UnitBounds.Of(Unit, Name) : bounds;
        IsObserved = isObserved;
    }

    internal override bool IsObserved { get; }
}
