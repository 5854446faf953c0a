using System.Buffers.Binary;

namespace MetricsKit;

// Exemplars: time, value, span and trace, all of fixed lengths.
sealed partial class OtlpRequests
{
    const int ExemplarLength = 9 + 9 + 10 + 18;

    /// <summary>The exemplars of the buckets that have counts; how many there are. One that is younger than the numbers may be in another bucket.</summary>
    /// <remarks>Each is read once, before the length of the point is known: recording goes on and replaces them.</remarks>
    int TakeExemplars(Span<Exemplar?> places, ReadOnlySpan<long> counts, ulong since)
    {
        if (_exemplars.Length < places.Length) _exemplars = new Exemplar?[places.Length];
        int taken = 0;
        for (int i = 0; i < places.Length; i++)
        {
            if (counts[i] != 0 && Recent(ref places[i], since) is { } exemplar) _exemplars[taken++] = exemplar;
        }
        return taken;
    }

    /// <summary>The exemplar, unless it was there before the point began: a delta has no measurements of the one before it.</summary>
    static Exemplar? Recent(ref Exemplar? place, ulong since) =>
        Volatile.Read(ref place) is { } exemplar && NanosecondsOf(exemplar.Timestamp) >= since ? exemplar : null;

    void PutExemplar(byte field, Exemplar exemplar, bool isWhole, double scale)
    {
        var to = _message.Room(2 + ExemplarLength);
        to[0] = field;
        to[1] = ExemplarLength;
        to[2] = OtlpField.ExemplarTime;
        BinaryPrimitives.WriteUInt64LittleEndian(to[3..], NanosecondsOf(exemplar.Timestamp));
        to[11] = isWhole ? OtlpField.ExemplarInt : OtlpField.ExemplarDouble;
        if (isWhole) BinaryPrimitives.WriteInt64LittleEndian(to[12..], (long)exemplar.Value); // a counter's increment, which was a whole number
        else BinaryPrimitives.WriteDoubleLittleEndian(to[12..], Scaled(exemplar.Value, scale));
        to[20] = OtlpField.ExemplarSpanId;
        to[21] = 8;
        BinaryPrimitives.WriteUInt64BigEndian(to[22..], exemplar.Span);
        to[30] = OtlpField.ExemplarTraceId;
        to[31] = 16;
        BinaryPrimitives.WriteUInt64BigEndian(to[32..], exemplar.TraceHigh);
        BinaryPrimitives.WriteUInt64BigEndian(to[40..], exemplar.TraceLow);
        _message.End += 2 + ExemplarLength;
    }
}
