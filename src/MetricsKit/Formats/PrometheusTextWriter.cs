using System.Buffers;
using System.Globalization;

namespace MetricsKit;

/// <summary>Writes a snapshot as Prometheus text 0.0.4 or OpenMetrics 1.0: snapshot in, bytes out.</summary>
/// <remarks>
/// A cursor: each call of <see cref="Fill"/> writes whole lines into the caller's span and goes on where the last one stopped, so a slow reader
/// holds no buffer of ours. Label blocks are rendered once and kept. Not for use by two threads at once, and valid while the snapshot is.
/// Formats: Prometheus' "Exposition formats" and the OpenMetrics 1.0 specification.
/// </remarks>
public sealed class PrometheusTextWriter
{
    /// <summary>The least length of a span given to <see cref="Fill"/>; every line fits into it.</summary>
    public const int SegmentSize = 64 * 1024;

    /// <summary>More than the longest number and the line's end.</summary>
    const int Slack = 64;

    readonly SnapshotData _data;
    readonly ExpositionFormat _format;

    int _slice, _series, _line;
    bool _headerWritten, _endWritten;
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
        _endWritten = format == ExpositionFormat.PrometheusText;
        EnterSlice();
    }

    /// <summary>Whether everything is written.</summary>
    public bool Done => _slice >= _data.SliceCount && _endWritten;

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
        while (_slice < _data.SliceCount)
        {
            ref readonly var slice = ref _data.Slices[_slice];
            var text = FamilyText.Of(slice.Family);
            if (!_headerWritten)
            {
                byte[] header = _format == ExpositionFormat.OpenMetrics ? text.OpenMetricsHeader : text.Header;
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
        int left = (_series < slice.Count ? slice.Count : slice.Count + slice.OverflowCount) - _series + _at;
        return _rendered = text.Render(_pages[_page], Math.Min(left, _pages[_page].Capacity));
    }

    void NextSeries(in FamilySlice slice)
    {
        _at++;
        if (++_series == slice.Count && slice.OverflowCount > 0) EnterPages(slice.OverflowPages);
    }

    bool Scalars(in FamilySlice slice, FamilyText text, Span<byte> span, ref int used)
    {
        int count = slice.Count + slice.OverflowCount;
        var numbers = _data.Numbers.AsSpan(slice.Offset, count);
        while (_series < count)
        {
            var labels = Labels(in slice, text);
            long number = numbers[_series];
            if (!slice.IsDouble || !double.IsNaN(BitConverter.Int64BitsToDouble(number)))
            {
                int begin = _at == 0 ? 0 : labels.Ends[_at - 1];
                var line = labels.Text.AsSpan(begin, labels.Ends[_at] - begin);
                if (span.Length - used < line.Length + Slack) return false;
                line.CopyTo(span[used..]);
                used += line.Length;
                used += slice.IsDouble ? Put(BitConverter.Int64BitsToDouble(number), span[used..]) : Put(number, span[used..]);
            }
            NextSeries(in slice);
        }
        return true;
    }

    bool Histograms(in FamilySlice slice, FamilyText text, Span<byte> span, ref int used)
    {
        int count = slice.Count + slice.OverflowCount, buckets = text.Bounds.Length;
        while (_series < count)
        {
            var rendered = Labels(in slice, text);
            int begin = _at == 0 ? 0 : rendered.Ends[_at - 1];
            var labels = rendered.Text.AsSpan(begin, rendered.Ends[_at] - begin);
            var numbers = _data.Numbers.AsSpan(slice.Offset + _series * slice.Run, slice.Run);
            int longest = text.Bucket.Length + labels.Length + Slack;
            if (_line == 0) _cumulative = 0;
            ReadOnlySpan<byte> start = []; // the name and the labels of a bucket's line, as they stand in the first one of this span
            for (; _line < buckets; _line++)
            {
                var bound = text.Bounds[_line];
                if (span.Length - used < longest + bound.Length) return false;
                if (start.IsEmpty)
                {
                    text.Bucket.CopyTo(span[used..]);
                    labels.CopyTo(span[(used + text.Bucket.Length)..]);
                    start = span.Slice(used, text.Bucket.Length + labels.Length);
                }
                else start.CopyTo(span[used..]);
                used += start.Length;
                bound.CopyTo(span[used..]);
                used += bound.Length;
                _cumulative = Saturating(_cumulative, numbers[1 + _line]);
                used += Put(_cumulative, span[used..]);
            }
            if (span.Length - used < 2 * longest) return false;
            PutLabelled(text.Sum, labels, span, ref used);
            used += Put(BitConverter.Int64BitsToDouble(numbers[0]), span[used..]);
            PutLabelled(text.Count, labels, span, ref used);
            used += Put(_cumulative, span[used..]);
            _line = 0;
            NextSeries(in slice);
        }
        return true;
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

    static int Put(long value, Span<byte> to)
    {
        value.TryFormat(to, out int written, default, CultureInfo.InvariantCulture);
        to[written] = (byte)'\n';
        return written + 1;
    }

    /// <summary>Shortest round trip.</summary>
    static int Put(double value, Span<byte> to)
    {
        value.TryFormat(to, out int written, "R", CultureInfo.InvariantCulture);
        to[written] = (byte)'\n';
        return written + 1;
    }
}
