using System.Buffers.Binary;
using System.Diagnostics;

namespace MetricsKit;

/// <summary>One measurement of a counter or of a histogram's bucket, and the trace in which it was made: the way from a number to a request that it counts.</summary>
/// <remarks>Immutable. What it means, and where it may stand in a text, is from "Exemplars" in the OpenMetrics 1.0 specification.</remarks>
public sealed class Exemplar
{
    const int TraceBytes = 16, SpanBytes = 8;

    readonly long _utcTicks;

    // Numbers, which take 24 bytes: the texts that an activity has for its ids take 144, and there may be an exemplar in each bucket of each series.
    internal readonly ulong TraceHigh, TraceLow, Span;

    internal Exemplar(double value, DateTimeOffset timestamp, ActivityTraceId traceId, ActivitySpanId spanId, long takenAt)
    {
        Value = value;
        _utcTicks = timestamp.UtcTicks;
        TakenAt = takenAt;
        Span<byte> ids = stackalloc byte[TraceBytes + SpanBytes];
        traceId.CopyTo(ids[..TraceBytes]);
        spanId.CopyTo(ids[TraceBytes..]);
        TraceHigh = BinaryPrimitives.ReadUInt64BigEndian(ids);
        TraceLow = BinaryPrimitives.ReadUInt64BigEndian(ids[(TraceBytes / 2)..]);
        Span = BinaryPrimitives.ReadUInt64BigEndian(ids[TraceBytes..]);
    }

    /// <summary>What was measured, in the instrument's unit: a counter's increment, or a histogram's value, which lies in the exemplar's bucket.</summary>
    public double Value { get; }

    /// <summary>When it was measured.</summary>
    public DateTimeOffset Timestamp => new(_utcTicks, TimeSpan.Zero);

    /// <summary>The trace (W3C Trace Context).</summary>
    public ActivityTraceId TraceId
    {
        get
        {
            Span<byte> id = stackalloc byte[TraceBytes];
            BinaryPrimitives.WriteUInt64BigEndian(id, TraceHigh);
            BinaryPrimitives.WriteUInt64BigEndian(id[(TraceBytes / 2)..], TraceLow);
            return ActivityTraceId.CreateFromBytes(id);
        }
    }

    /// <summary>The span that was current.</summary>
    public ActivitySpanId SpanId
    {
        get
        {
            Span<byte> id = stackalloc byte[SpanBytes];
            BinaryPrimitives.WriteUInt64BigEndian(id, Span);
            return ActivitySpanId.CreateFromBytes(id);
        }
    }

    /// <summary>When it was measured by the clock that is never set, from which the rate of exemplars is limited.</summary>
    internal long TakenAt { get; }
}
