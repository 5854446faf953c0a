using System.Runtime.Intrinsics;

namespace MetricsKit;

// Lines with exemplars. They are rare even where they are kept, so pages that have none go through loops that know nothing of them.
public sealed partial class PrometheusTextWriter
{
    /// <summary>The exemplars of the current page; null where there are none, and where the format or the kind of metric has none.</summary>
    Exemplar?[]? ExemplarsOf(in FamilySlice slice) =>
        _format == ExpositionFormat.OpenMetrics && slice.Family.Row.Kind is InstrumentKind.Counter or InstrumentKind.Histogram ? _pages[_page].Exemplars : null;

    /// <summary>The lines of one page's counters; how many series they are, fewer than there are numbers when the span is full.</summary>
    static int Totals(RenderedLabels labels, Exemplar?[] exemplars, int at, ReadOnlySpan<long> numbers, bool isDouble, Span<byte> span, ref int used)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            double number = BitConverter.Int64BitsToDouble(numbers[i]);
            if (isDouble && double.IsNaN(number)) continue; // absent
            var text = labels.Of(at + i);
            if (span.Length - used < text.Length + TextBytes.Slack + ExemplarText.Room) return i;
            Put(text, span, ref used);
            used += isDouble ? TextBytes.PutLine(number, ref span[used]) : TextBytes.PutLine(numbers[i], ref span[used]);
            if (numbers[i] != 0) PutExemplar(ref exemplars[at + i], span, ref used);
        }
        return numbers.Length;
    }

    /// <summary>The lines of a series' buckets from the current one on; false when the span is full.</summary>
    bool Buckets(FamilyText text, ReadOnlySpan<byte> labels, Span<Exemplar?> exemplars, ReadOnlySpan<long> counts, Span<byte> span, ref int used)
    {
        int least = text.Bucket.Length + labels.Length + BoundText.Room + TextBytes.Slack + ExemplarText.Room;
        for (; _line < counts.Length; _line++)
        {
            if (span.Length - used < least) return false;
            Put(text.Bucket, span, ref used);
            Put(labels, span, ref used);
            text.Bounds[_line].Text.StoreUnsafe(ref span[used]);
            used += text.Bounds[_line].Length;
            _cumulative = Saturating(_cumulative, counts[_line]);
            used += TextBytes.PutLine(_cumulative, ref span[used]);
            if (counts[_line] != 0) PutExemplar(ref exemplars[_line], span, ref used);
        }
        return true;
    }

    /// <summary>Who counts 0 has none to show: if there is one, it is younger than the numbers.</summary>
    static void PutExemplar(ref Exemplar? place, Span<byte> span, ref int used)
    {
        if (Volatile.Read(ref place) is { } exemplar) used = ExemplarText.PutAtEnd(exemplar, span, used); // read once: it may be replaced meanwhile
    }

    static void Put(ReadOnlySpan<byte> bytes, Span<byte> span, ref int used)
    {
        bytes.CopyTo(span[used..]);
        used += bytes.Length;
    }
}
