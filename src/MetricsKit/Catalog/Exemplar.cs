using System.Diagnostics;

namespace MetricsKit;

/// <summary>One measurement of a counter or of a histogram's bucket, and the trace in which it was made: the way from a number to a request that it counts.</summary>
/// <remarks>Immutable. What it means, and where it may stand in a text, is from "Exemplars" in the OpenMetrics 1.0 specification.</remarks>
public sealed class Exemplar
{
    readonly long _utcTicks;

    internal Exemplar(double value, DateTimeOffset timestamp, ActivityTraceId traceId, ActivitySpanId spanId, long takenAt)
    {
        Value = value;
        _utcTicks = timestamp.UtcTicks;
        TraceId = traceId;
        SpanId = spanId;
        TakenAt = takenAt;
    }

    /// <summary>What was measured, in the instrument's unit: a counter's increment, or a histogram's value, which lies in the exemplar's bucket.</summary>
    public double Value { get; }

    /// <summary>When it was measured.</summary>
    public DateTimeOffset Timestamp => new(_utcTicks, TimeSpan.Zero);

    /// <summary>The trace (W3C Trace Context).</summary>
    public ActivityTraceId TraceId { get; }

    /// <summary>The span that was current.</summary>
    public ActivitySpanId SpanId { get; }

    /// <summary>When it was measured by the clock that is never set, from which the rate of exemplars is limited.</summary>
    internal long TakenAt { get; }
}
