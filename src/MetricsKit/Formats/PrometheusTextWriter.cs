using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MetricsKit;

/// <summary>Writes a snapshot as Prometheus text 0.0.4 or OpenMetrics 1.0: snapshot in, bytes out.</summary>
/// <remarks>
/// A cursor: each call of <see cref="Fill"/> writes whole lines into the caller's span and goes on where the last one stopped, so a slow reader
/// holds no buffer of ours. Label blocks are rendered once and kept. Not for use by two threads at once, and valid while the snapshot is.
/// Formats: Prometheus' "Exposition formats" and the OpenMetrics 1.0 specification.
/// </remarks>
public sealed partial class PrometheusTextWriter
{
    /// <summary>The least length of a span given to <see cref="Fill"/>; every line fits into it.</summary>
    public const int SegmentSize = 64 * 1024;

    readonly SnapshotData _data;
    readonly ExpositionFormat _format;

    int _slice, _series, _line;
    bool _targetWritten, _headerWritten, _endWritten;
    long _cumulative;

    // The page that holds the current series.
    LabelPage[] _pages = [];
    int _page, _at;
    RenderedLabels? _rendered;

    /// <summary>Begins a text.</summary>
    /// <param name="snapshot">What to write.</param>
    /// <param name="format">How.</param>
    public PrometheusTextWriter(MetricsSnapshot snapshot, ExpositionFormat format)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        _data = snapshot.Data;
        _format = format;
        _targetWritten = !_data.Measured.ShowsTarget;
        _endWritten = format == ExpositionFormat.PrometheusText;
        EnterSlice();
    }

    /// <summary>Whether everything is written.</summary>
    public bool Done => _targetWritten && _slice >= _data.SliceCount && _endWritten;

    /// <summary>Writes the whole text.</summary>
    /// <param name="snapshot">What to write.</param>
    /// <param name="to">Where to.</param>
    /// <param name="format">How.</param>
    public static void Write(MetricsSnapshot snapshot, IBufferWriter<byte> to, ExpositionFormat format)
    {
        ArgumentNullException.ThrowIfNull(to);
        PrometheusTextWriter writer = new(snapshot, format);
        while (!writer.Done) to.Advance(writer.Fill(to.GetSpan(SegmentSize)));
    }

    /// <summary>Writes as many whole lines as fit.</summary>
    /// <param name="span">At least <see cref="SegmentSize"/> bytes.</param>
    /// <returns>How many bytes were written.</returns>
    /// <exception cref="ArgumentException">The span is too short.</exception>
    public int Fill(Span<byte> span)
    {
        if (span.Length < SegmentSize) throw new ArgumentException($"The span must have at least {SegmentSize} bytes.", nameof(span));
        int used = 0;
        if (!_targetWritten)
        {
            Put(TargetText.Of(_data.Measured, _format), span, ref used); // the first lines, which an empty span has room for
            _targetWritten = true;
        }
        while (_slice < _data.SliceCount)
        {
            ref readonly var slice = ref _data.Slices[_slice];
            var text = FamilyText.Of(slice.Family);
            if (!_headerWritten)
            {
                byte[] header = text.HeaderIn(_format);
                if (span.Length - used < header.Length) return used;
                header.CopyTo(span[used..]);
                used += header.Length;
                _headerWritten = true;
            }
            bool whole = slice.Family.Row.Kind == InstrumentKind.Histogram ? Histograms(in slice, text, span, ref used) : Scalars(in slice, text, span, ref used);
            if (!whole) return used;
            _slice++;
            EnterSlice();
        }
        if (!_endWritten && span.Length - used >= 6)
        {
            "# EOF\n"u8.CopyTo(span[used..]);
            used += 6;
            _endWritten = true;
        }
        return used;
    }

    /// <summary>Goes to the next family that has something to show.</summary>
    void EnterSlice()
    {
        while (_slice < _data.SliceCount && !HasValues(in _data.Slices[_slice])) _slice++;
        _series = _line = 0;
        _headerWritten = false;
        if (_slice < _data.SliceCount) EnterPages(_data.Slices[_slice].Count > 0 ? _data.Slices[_slice].Pages : _data.Slices[_slice].OverflowPages);
    }

    bool HasValues(in FamilySlice slice)
    {
        int count = slice.Count + slice.OverflowCount;
        if (!slice.IsDouble) return count > 0;
        foreach (long bits in _data.Numbers.AsSpan(slice.Offset, count))
        {
            if (!double.IsNaN(BitConverter.Int64BitsToDouble(bits))) return true;
        }
        return false;
    }

    void EnterPages(LabelPage[] pages)
    {
        _pages = pages;
        _page = _at = 0;
        _rendered = null;
    }

    /// <summary>The rendered labels of the current series' page.</summary>
    RenderedLabels Labels(in FamilySlice slice, FamilyText text)
    {
        if (_at == _pages[_page].Capacity)
        {
            _page++;
            _at = 0;
            _rendered = null;
        }
        if (_rendered is not null) return _rendered;
        return _rendered = text.Render(_pages[_page], _at + LeftInPage(in slice));
    }

    /// <summary>How many of the series from the current one on are in its page.</summary>
    int LeftInPage(in FamilySlice slice) =>
        Math.Min(_pages[_page].Capacity - _at, (_series < slice.Count ? slice.Count : slice.Count + slice.OverflowCount) - _series);

    void Advance(int series, in FamilySlice slice)
    {
        if (series == 0) return;
        _at += series;
        _series += series;
        if (_series == slice.Count && slice.OverflowCount > 0) EnterPages(slice.OverflowPages);
    }

    bool Scalars(in FamilySlice slice, FamilyText text, Span<byte> span, ref int used)
    {
        int count = slice.Count + slice.OverflowCount;
        while (_series < count)
        {
            var labels = Labels(in slice, text);
            var numbers = _data.Numbers.AsSpan(slice.Offset + _series, LeftInPage(in slice));
            int written = ExemplarsOf(in slice) is { } exemplars ? Totals(labels, exemplars, _at, numbers, slice.IsDouble, span, ref used)
                : slice.IsDouble ? Doubles(labels, _at, numbers, span, ref used)
                : Longs(labels, _at, numbers, span, ref used);
            Advance(written, in slice);
            if (written < numbers.Length) return false;
        }
        return true;
    }

    /// <summary>Lines of one page; how many series they are, fewer than there are numbers when the span is full.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static int Longs(RenderedLabels labels, int at, ReadOnlySpan<long> numbers, Span<byte> span, ref int used)
    {
        var ends = labels.Ends.AsSpan(at, numbers.Length);
        ref byte text = ref MemoryMarshal.GetArrayDataReference(labels.Text), to = ref MemoryMarshal.GetReference(span);
        int begin = labels.BeginOf(at), end = used, i = 0;
        for (; i < numbers.Length; i++)
        {
            int length = ends[i] - begin;
            if (span.Length - end < length + TextBytes.Slack) break;
            TextBytes.Put(ref Unsafe.Add(ref text, begin), length, ref Unsafe.Add(ref to, end));
            end += length;
            end += TextBytes.PutLine(numbers[i], ref Unsafe.Add(ref to, end));
            begin += length;
        }
        used = end;
        return i;
    }

    /// <summary>The same for doubles in their bits, of which NaN is absent.</summary>
    static int Doubles(RenderedLabels labels, int at, ReadOnlySpan<long> numbers, Span<byte> span, ref int used)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            double number = BitConverter.Int64BitsToDouble(numbers[i]);
            if (double.IsNaN(number)) continue;
            var text = labels.Of(at + i);
            if (span.Length - used < text.Length + TextBytes.Slack) return i;
            text.CopyTo(span[used..]);
            used += text.Length;
            used += TextBytes.PutLine(number, ref span[used]);
        }
        return numbers.Length;
    }

    bool Histograms(in FamilySlice slice, FamilyText text, Span<byte> span, ref int used)
    {
        int count = slice.Count + slice.OverflowCount;
        bool bucketsAlone = text.HasNegativeBound && _format == ExpositionFormat.OpenMetrics;
        while (_series < count)
        {
            var labels = Labels(in slice, text).Of(_at);
            var numbers = _data.Numbers.AsSpan(slice.Offset + _series * slice.Run, slice.Run);
            int longest = text.Bucket.Length + labels.Length + BoundText.Room + TextBytes.Slack;
            if (_line == 0) _cumulative = 0;
            if (_line < numbers.Length && (!Buckets(in slice, text, labels, numbers[1..], span, ref used) || span.Length - used < longest)) return false;
            if (_line < numbers.Length && !bucketsAlone)
            {
                PutLabelled(text.Sum, labels, span, ref used);
                used += TextBytes.PutLine(BitConverter.Int64BitsToDouble(numbers[0]), ref span[used]);
                _line = numbers.Length; // behind the buckets and the sum
            }
            if (span.Length - used < longest) return false; // both at once need not fit: labels can be half a segment long
            if (!bucketsAlone)
            {
                PutLabelled(text.Count, labels, span, ref used);
                used += TextBytes.PutLine(_cumulative, ref span[used]);
            }
            _line = 0;
            Advance(1, in slice);
        }
        return true;
    }

    bool Buckets(in FamilySlice slice, FamilyText text, ReadOnlySpan<byte> labels, ReadOnlySpan<long> counts, Span<byte> span, ref int used) =>
        ExemplarsOf(in slice) is { } exemplars ? Buckets(text, labels, exemplars.AsSpan(_at * counts.Length, counts.Length), counts, span, ref used) : Buckets(text, labels, counts, span, ref used);

    /// <summary>The lines of a series' buckets from the current one on; false when the span is full.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    bool Buckets(FamilyText text, ReadOnlySpan<byte> labels, ReadOnlySpan<long> counts, Span<byte> span, ref int used)
    {
        var bounds = text.Bounds;
        int length = text.Bucket.Length + labels.Length, least = length + BoundText.Room + TextBytes.Slack, end = used, line = _line;
        if (line == counts.Length) return true;
        if (span.Length - end < least) return false;
        // The name and the labels are the same in every line: the first one is what the others copy.
        text.Bucket.CopyTo(span[end..]);
        labels.CopyTo(span[(end + text.Bucket.Length)..]);
        ref byte to = ref MemoryMarshal.GetReference(span), first = ref span[end];
        long cumulative = _cumulative;
        do
        {
            TextBytes.Put(ref first, length, ref Unsafe.Add(ref to, end));
            end += length;
            bounds[line].Text.StoreUnsafe(ref Unsafe.Add(ref to, end));
            end += bounds[line].Length;
            cumulative = Saturating(cumulative, counts[line]);
            end += TextBytes.PutLine(cumulative, ref Unsafe.Add(ref to, end));
        }
        while (++line < counts.Length && span.Length - end >= least);
        (used, _line, _cumulative) = (end, line, cumulative);
        return line == counts.Length;
    }

    /// <summary>A name and its labels; the rendered labels end in a comma, for <c>le</c>.</summary>
    static void PutLabelled(byte[] name, ReadOnlySpan<byte> labels, Span<byte> span, ref int used)
    {
        name.CopyTo(span[used..]);
        used += name.Length;
        if (labels.Length > 0)
        {
            span[used++] = (byte)'{';
            labels[..^1].CopyTo(span[used..]);
            used += labels.Length - 1;
            span[used++] = (byte)'}';
        }
        span[used++] = (byte)' ';
    }

    static long Saturating(long total, long count) => long.MaxValue - count < total ? long.MaxValue : total + count;
}
