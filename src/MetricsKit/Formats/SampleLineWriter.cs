using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace MetricsKit;

/// <summary>Writes samples as lines of a text, one each: samples in, bytes out. What is the same in all lines of a series is rendered once and kept.</summary>
/// <remarks>
/// Every line ends with a line feed and has no other, so that a reader of a file that was cut off finds the last whole line. A value that is not
/// finite, which no recorder lets through, is written as the format's nothing. Not for use by two threads at once.
/// </remarks>
abstract class SampleLineWriter
{
    // Arbitrary: as many series as a recorder remembers by default, and texts of some hundred bytes each; past either the cache begins anew.
    const int MaxSeries = 10_000;
    const int MaxCachedBytes = 8 << 20;

    // Longer than any number, with the timestamp.
    const int Slack = 96;

    readonly Dictionary<SampleSeries, SeriesText> _texts = new(ReferenceEqualityComparer.Instance);
    SampleSeries? _lastSeries;
    SeriesText _lastText;
    int _cachedBytes;

    /// <summary>What stands at the beginning of a file; empty where the format has nothing.</summary>
    internal virtual ReadOnlySpan<byte> Header => [];

    /// <summary>The end of a file's name, without a dot.</summary>
    internal abstract string Extension { get; }

    /// <summary>How many series are rendered and kept.</summary>
    internal int CachedSeries => _texts.Count;

    /// <summary>What stands between value and timestamp.</summary>
    protected abstract ReadOnlySpan<byte> Middle { get; }

    /// <summary>What stands for a value that is not finite.</summary>
    protected abstract ReadOnlySpan<byte> Nothing { get; }

    /// <summary>The writer of a format that a configuration names.</summary>
    internal static bool TryMake(string format, [NotNullWhen(true)] out SampleLineWriter? writer)
    {
        writer = string.Equals(format, "json", StringComparison.OrdinalIgnoreCase) ? new JsonLineWriter()
            : string.Equals(format, "csv", StringComparison.OrdinalIgnoreCase) ? new CsvWriter() : null;
        return writer is not null;
    }

    /// <summary>What a file with that end of its name begins with.</summary>
    internal static ReadOnlySpan<byte> BeginningOf(string extension) => extension == "csv" ? CsvWriter.HeaderLine : "{\"name\":"u8;

    /// <summary>Writes a line for each sample.</summary>
    internal void Write(ReadOnlySpan<Sample> samples, IBufferWriter<byte> to)
    {
        var middle = Middle;
        foreach (ref readonly var sample in samples)
        {
            if (!ReferenceEquals(sample.Series, _lastSeries)) Enter(sample.Series);
            var (head, tail) = _lastText;
            var span = to.GetSpan(head.Length + tail.Length + Slack);
            head.CopyTo(span);
            int used = head.Length;
            used += PutValue(sample.Value, span[used..]);
            middle.CopyTo(span[used..]);
            used += middle.Length;
            used += PutTimestamp(sample.Timestamp, span[used..]);
            tail.CopyTo(span[used..]);
            to.Advance(used + tail.Length);
        }
    }

    /// <summary>What stands before the value of each line of a series, and what behind its timestamp.</summary>
    protected abstract SeriesText Render(SampleSeries series);

    void Enter(SampleSeries series)
    {
        if (!_texts.TryGetValue(series, out var text))
        {
            text = Render(series);
            int bytes = text.Head.Length + text.Tail.Length;
            if (_texts.Count >= MaxSeries || _cachedBytes + bytes > MaxCachedBytes)
            {
                _texts.Clear();
                _cachedBytes = 0;
            }
            _cachedBytes += bytes;
            _texts.Add(series, text);
        }
        (_lastSeries, _lastText) = (series, text);
    }

    int PutValue(double value, Span<byte> to)
    {
        const double ExactWhole = 1L << 53;
        // Most values that people record are whole; minus zero is none of them, since its sign would be lost.
        if (Math.Abs(value) < ExactWhole && BitConverter.DoubleToInt64Bits((double)(long)value) == BitConverter.DoubleToInt64Bits(value)) return WholeNumberText.Write((long)value, ref to[0]);
        if (double.IsFinite(value))
        {
            value.TryFormat(to, out int length, "R", CultureInfo.InvariantCulture);
            return length;
        }
        Nothing.CopyTo(to);
        return Nothing.Length;
    }

    /// <summary>ISO 8601 in UTC to 100 ns, always 28 bytes.</summary>
    static int PutTimestamp(DateTime timestamp, Span<byte> to)
    {
        if (timestamp.Kind != DateTimeKind.Utc) timestamp = timestamp.Kind == DateTimeKind.Local ? timestamp.ToUniversalTime() : DateTime.SpecifyKind(timestamp, DateTimeKind.Utc);
        timestamp.TryFormat(to, out int length, "O", CultureInfo.InvariantCulture);
        return length;
    }

    /// <summary>The constant parts of a series' lines.</summary>
    protected readonly record struct SeriesText(byte[] Head, byte[] Tail);
}
