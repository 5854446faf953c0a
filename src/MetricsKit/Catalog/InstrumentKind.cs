namespace MetricsKit;

/// <summary>What an instrument measures, in the words of OpenTelemetry.</summary>
public enum InstrumentKind
{
    /// <summary>A total that only grows. Exported with the suffix <c>_total</c>.</summary>
    Counter,

    /// <summary>A sum that goes up and down, such as the number of active requests. Exported as a Prometheus gauge.</summary>
    UpDownCounter,

    /// <summary>A value of which the last one counts, such as a temperature.</summary>
    Gauge,

    /// <summary>A distribution over explicit bucket bounds.</summary>
    Histogram,
}
