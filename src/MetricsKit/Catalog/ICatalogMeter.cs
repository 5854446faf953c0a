namespace MetricsKit;

/// <summary>A class of verbs over instruments that are described as data.</summary>
public interface ICatalogMeter
{
    /// <summary>The meter and its rows.</summary>
    static abstract MeterDefinition Definition { get; }
}
