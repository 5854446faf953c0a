using System.Runtime.CompilerServices;

namespace MetricsKit;

/// <summary>A batch as lines, and what has become of them: a batch that is tried again goes on with the very bytes and parts that are not acknowledged yet.</summary>
sealed class LineBatch(LinePrecision precision)
{
    /// <summary>Most lines of one request: what InfluxDB's documentation calls the best size.</summary>
    internal const int MostLines = 5_000;

    /// <summary>Most bytes of one request before compression; a single longer line goes alone. Small beside the server's 25 MB, and quickly repeated.</summary>
    internal const int MostBytes = 1 << 20;

    readonly LineProtocolWriter _writer = new();
    readonly DistinctTimes _times = new();
    readonly Stack<LinePart> _pending = new();

    byte[] _text = new byte[1 << 14];
    int[] _ends = [];
    long[] _order = [];
    int _lines;

    (long FirstSequence, int Count, long Print) _rendered = (-1, 0, 0);

    /// <summary>How many samples of the batch will never be taken.</summary>
    internal int Rejected { get; private set; }

    /// <summary>Why the first of them was refused.</summary>
    internal string Reason { get; private set; } = "";

    /// <summary>How many points took the place of an earlier one since the beginning, because the precision is too coarse to keep them apart.</summary>
    internal long Overwritten { get; private set; }

    /// <summary>The name of the series of the first of those.</summary>
    internal string OverwrittenName { get; private set; } = "";

    /// <summary>Renders a batch, unless it is the one in progress. One that is done stays done, should a call that was given up on have succeeded in the end.</summary>
    internal void Open(SampleBatch batch)
    {
        var wanted = (batch.FirstSequence, batch.Count, PrintOf(batch.Samples));
        if (wanted == _rendered) return;
        _rendered = (-1, 0, 0); // until it is whole
        Rejected = _lines = 0;
        _pending.Clear();
        if (_ends.Length < batch.Count) (_ends, _order) = (new int[batch.Count], new long[batch.Count]);
        Render(batch.Samples);
        Divide();
        _rendered = wanted;
    }

    /// <summary>The lines to send next.</summary>
    internal bool TryNext(out LinePart part) => _pending.TryPeek(out part);

    /// <summary>The bytes of a part.</summary>
    internal ReadOnlySpan<byte> TextOf(LinePart part) => _text.AsSpan(BeginOf(part.First), BeginOf(part.End) - BeginOf(part.First));

    /// <summary>The current part is done, but for some lines.</summary>
    internal void Settle(int rejected, string reason)
    {
        var part = _pending.Pop();
        Reject(Math.Min(rejected, part.Lines), reason);
    }

    /// <summary>Whether all of the part's lines are of one hour, and so of one shard: a server that refuses lines of several shards tells of one of them only.</summary>
    internal bool IsOfOneHour(LinePart part) => HourOf(part.First) == HourOf(part.End - 1);

    /// <summary>Divides the current part, which has several lines: between two hours if there are several, else in the middle.</summary>
    internal void Split()
    {
        var part = _pending.Pop();
        int at = part.First + part.Lines / 2;
        if (!IsOfOneHour(part))
        {
            int before = at, behind = at;
            while (before > part.First && HourOf(before - 1) == HourOf(at)) before--;
            while (behind < part.End && HourOf(behind) == HourOf(at)) behind++;
            at = before > part.First && at - before <= behind - at || behind == part.End ? before : behind;
        }
        _pending.Push(new(at, part.End));
        _pending.Push(new(part.First, at));
    }

    /// <summary>Tells batches apart that somebody numbers alike, as tests and callers without a recorder may.</summary>
    static long PrintOf(ReadOnlySpan<Sample> samples)
    {
        long print = 0;
        foreach (ref readonly var sample in samples) print = (print ^ RuntimeHelpers.GetHashCode(sample.Series) ^ sample.Timestamp.Ticks ^ BitConverter.DoubleToInt64Bits(sample.Value)) * 1099511628211;
        return print;
    }

    void Render(ReadOnlySpan<Sample> samples)
    {
        // By hour, and within an hour as they came; nearly always all are of one hour and in order already.
        for (int i = 0; i < samples.Length; i++) _order[i] = samples[i].Timestamp.Ticks / TimeSpan.TicksPerHour << 32 | (uint)i;
        Array.Sort(_order, 0, samples.Length);
        int at = 0;
        for (int i = 0; i < samples.Length; i++)
        {
            if (!TryRender(in samples[(int)_order[i]], ref at)) continue;
            _order[_lines] = _order[i];
            _ends[_lines++] = at;
        }
    }

    bool TryRender(in Sample sample, ref int at)
    {
        var series = _writer.Find(sample.Series);
        if (!double.IsFinite(sample.Value)) return Reject(1, $"a value of '{sample.Series.Name}' is no finite number");
        if (!precision.TryConvert(sample.Timestamp, out long time)) return Reject(1, $"a timestamp of '{sample.Series.Name}' is not between 1677 and 2262");
        if (precision.IsFine) time = _times.Take(series.Hash, time);
        else if (!_times.IsTaken(series.Hash, time)) _times.Take(series.Hash, time);
        else if (Overwritten++ == 0) OverwrittenName = sample.Series.Name;
        LineProtocolWriter.Write(series, sample.Value, time, ref _text, ref at);
        return true;
    }

    /// <summary>Parts of a bounded size, the first on top.</summary>
    void Divide()
    {
        for (int end = _lines; end > 0;)
        {
            int first = end - 1;
            while (first > 0 && end - first < MostLines && BeginOf(end) - BeginOf(first - 1) <= MostBytes) first--;
            _pending.Push(new(first, end));
            end = first;
        }
    }

    bool Reject(int samples, string reason)
    {
        if (samples > 0 && Rejected == 0) Reason = reason;
        Rejected += samples;
        return false;
    }

    int BeginOf(int line) => line == 0 ? 0 : _ends[line - 1];

    long HourOf(int line) => _order[line] >> 32;
}
