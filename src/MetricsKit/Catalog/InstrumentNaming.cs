namespace MetricsKit;

/// <summary>Whose names an exporter gives to the instruments of the catalogue.</summary>
public enum InstrumentNaming
{
    /// <summary>The kit's, as they are everywhere.</summary>
    MetricsKit,

    /// <summary>Those of OpenTelemetry's semantic conventions for the handful of rows that have a twin there; all others keep their own names.</summary>
    /// <remarks>
    /// A row has a twin only where the convention measures the very same thing, so that name, unit, scale, kind and attributes can be the convention's without a number saying something else.
    /// Percentages, rates and what belongs to the application's own work have none.
    /// </remarks>
    SemanticConventions,
}
