namespace MetricsKit;

/// <summary>Whose names an exporter gives to the instruments of the catalogue.</summary>
public enum InstrumentNaming
{
    /// <summary>The kit's, as they are everywhere.</summary>
    MetricsKit,

    /// <summary>Those of OpenTelemetry's semantic conventions for the rows that have a twin there in unit, scale and attributes; the others keep their own.</summary>
    SemanticConventions,
}
