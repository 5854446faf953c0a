namespace MetricsKit;

/// <summary>The row of a metric that nobody described beforehand: any name, and series that carry their own tags, all of them open.</summary>
sealed record DynamicDefinition : InstrumentDefinition
{
    /// <summary>Describes a metric by its name.</summary>
    /// <param name="name">Any text that has at most 255 characters and is not empty; lone surrogates, which no format can carry, become U+FFFD.</param>
    /// <param name="kind">What is measured.</param>
    internal DynamicDefinition(string name, InstrumentKind kind) : base(TagText.Sanitise(name, out _), kind, $"Samples that were recorded as '{name}'.") => PrometheusName = MetricsKit.PrometheusName.OfText(name, kind);

    internal override bool IsObserved => false;
}
