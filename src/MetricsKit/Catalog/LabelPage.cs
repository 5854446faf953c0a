using System.Collections.Immutable;

namespace MetricsKit;

/// <summary>The label values of a run of series, side by side, and the place where a text writer keeps them rendered: no object per series.</summary>
/// <remarks>
/// Where series carry keys of their own, a series is an array of keys and values by turns instead, in the order of the exported keys.
/// Values are written once, by the thread that holds the table's lock, before the series' ordinal is published; readers look only below a published count.
/// </remarks>
sealed class LabelPage(int capacity, int keys, bool overflow, DateTimeOffset? startTime = null)
{
    /// <summary>Stands for the number of keys where each series has its own.</summary>
    internal const int OwnKeys = -1;

    readonly string[] _values = keys == OwnKeys ? [] : new string[capacity * keys];
    readonly string[][]? _own = keys == OwnKeys ? new string[capacity][] : null;

    internal int Capacity => capacity;

    /// <summary>Whether these series stand for others that were folded into them (I8).</summary>
    internal bool Overflow => overflow;

    /// <summary>When the page's one series began, where series come and go (I7); null: with the host.</summary>
    internal DateTimeOffset? StartTime => startTime;

    /// <summary>Rendered label blocks, owned by the writer and guarded by this object's monitor; null until the first text.</summary>
    internal RenderedLabels? Rendered;

    Exemplar?[]? _exemplars;

    /// <summary>The exemplars, series by series and bucket by bucket; null until there is one. An exemplar is replaced as a whole, so nobody reads halves of two.</summary>
    /// <remarks>They hang on the page so that they go where the series goes: into a snapshot that is still lent, or away with a series that has been recycled.</remarks>
    internal Exemplar?[]? Exemplars => Volatile.Read(ref _exemplars);

    /// <summary>Whether each series has keys of its own.</summary>
    internal bool HasOwnKeys => _own is not null;

    /// <summary>What identifies a series: its values, or its keys and values by turns.</summary>
    internal Span<string> ValuesAt(int at) => _own is null ? _values.AsSpan(at * keys, keys) : _own[at];

    internal void Put(int at, ReadOnlySpan<string> values)
    {
        if (_own is null) values.CopyTo(ValuesAt(at));
        else _own[at] = values.ToArray();
    }

    /// <summary>The place of an exemplar.</summary>
    /// <param name="at">The series.</param>
    /// <param name="bucket">Its bucket; 0 where it has none.</param>
    /// <param name="buckets">How many buckets each series of the page has; 1 where they have none.</param>
    internal ref Exemplar? ExemplarAt(int at, int bucket, int buckets)
    {
        var all = Exemplars;
        if (all is null)
        {
            var made = new Exemplar?[capacity * buckets];
            all = Interlocked.CompareExchange(ref _exemplars, made, null) ?? made; // of two threads that make them, one wins
        }
        return ref all[at * buckets + bucket];
    }

    /// <summary>How many tags a series has, empty ones included.</summary>
    internal int TagsAt(int at) => _own is null ? keys : _own[at].Length / 2;

    /// <summary>One tag of a series.</summary>
    /// <param name="at">The series.</param>
    /// <param name="tag">Which tag.</param>
    /// <param name="rowKeys">The keys of the row, for series that have none of their own.</param>
    internal KeyValuePair<string, string> TagAt(int at, int tag, ImmutableArray<TagKey> rowKeys)
    {
        var values = ValuesAt(at);
        return _own is null ? new(rowKeys[tag].Name, values[tag]) : new(values[2 * tag], values[2 * tag + 1]);
    }
}

/// <summary>The rendered label blocks of the first <see cref="Count"/> series of a page, one behind the other. Immutable but for what lies behind the count.</summary>
sealed class RenderedLabels(byte[] text, int[] ends, int count)
{
    /// <summary>The blocks, and behind them room for a copy in whole vectors.</summary>
    internal readonly byte[] Text = text;

    /// <summary>Where the text of each series ends; it begins where the one before ends.</summary>
    internal readonly int[] Ends = ends;

    internal readonly int Count = count;

    internal int BeginOf(int series) => series == 0 ? 0 : Ends[series - 1];

    internal ReadOnlySpan<byte> Of(int series) => Text.AsSpan(BeginOf(series)..Ends[series]);
}
