using System.Globalization;
using System.Runtime.CompilerServices;

namespace MetricsKit;

/// <summary>Writes samples as lines of InfluxDB's line protocol: <c>name,tag=text value=1.5 1700000000000000000</c>.</summary>
/// <remarks>
/// One field, <c>value</c>, always a float: a field that is sometimes an integer would be refused as a conflict of types.
/// InfluxDB takes at most 65,526 bytes of measurement and tags; the longest series that a recorder lets through has less than 50,000.
/// Each series' text is rendered once. Not for use by two threads at once.
/// </remarks>
sealed class LineProtocolWriter
{
    // As many as a recorder remembers by default.
    const int MostSeries = 10_000;

    const int LongestNumbers = 64;

    readonly Dictionary<SampleSeries, LineSeries> _series = new(ReferenceEqualityComparer.Instance);

    /// <summary>How many series are remembered.</summary>
    internal int Remembered => _series.Count;

    /// <summary>The text of a series.</summary>
    internal LineSeries Find(SampleSeries series)
    {
        if (_series.TryGetValue(series, out var known)) return known;
        // Whoever has more series than fit has them rendered again, which costs time and no memory.
        if (_series.Count == MostSeries) _series.Clear();
        return _series[series] = new(LineProtocolText.KeyOf(series.Name, series.Tags));
    }

    /// <summary>Writes one line behind <paramref name="at"/>, and makes the array longer where it has to be.</summary>
    internal static void Write(LineSeries series, double value, long time, ref byte[] text, ref int at)
    {
        int length = series.Text.Length + LongestNumbers;
        if (text.Length - at < length) Array.Resize(ref text, Math.Max(at + length, 2 * text.Length));
        series.Text.CopyTo(text.AsSpan(at));
        at += series.Text.Length;
        value.TryFormat(text.AsSpan(at), out int digits, "R", CultureInfo.InvariantCulture);
        at += digits;
        text[at++] = (byte)' ';
        at += WholeNumberText.Write(time, ref Unsafe.Add(ref text[at], 0));
        text[at++] = (byte)'\n';
    }
}
