using System.Runtime.InteropServices;

namespace MetricsKit;

/// <summary>Why a series has to stay as long as its instrument.</summary>
enum SeriesHold
{
    /// <summary>It does not: it may be recycled.</summary>
    None,

    /// <summary>A handle is bound to it: it is hidden while it is idle, and comes back with its total.</summary>
    Bound,

    /// <summary>It was declared, to be published at zero.</summary>
    Declared,
}

/// <summary>Lets go of the series of an instrument that have been idle for their time to live, and hides those that have to stay (I7).</summary>
/// <remarks>
/// A series leaves in three steps, and by reachability rather than by watching calls:
/// 1. A snapshot finds it idle: it is <see cref="SeriesState.Leaving"/>, and is taken out of the caches of all threads. It is still exported. A call with its tags
///    asks the table, and keeps it by moving it back.
/// 2. The next snapshot finds it unchanged: by compare and exchange, which excludes that a call keeps it at the same time, it is <see cref="SeriesState.Gone"/>
///    and out of the table. A call with its tags makes a new series, which begins at 0 in other cells.
/// 3. Its cells are handed out again when the garbage collector has found that no call holds them any more (I7b): a call that took its place from a cache before
///    step 1 and has not written yet still writes into these cells and into no other series'. What was shown last goes to <see cref="Retired"/>, once; what such
///    a call added later is given to the series that has the labels then, so that nothing is lost and a sum that goes up and down comes back to zero.
///    Of a histogram whose last measurement was held up between its two stores for the whole time to live, the sum was shown already and the bucket comes later.
/// A waiting thread may hold its last call's cells until its next call, where that call was compiled into a method that is still running.
/// </remarks>
sealed class SeriesLifetimes(TimeProvider time, InstrumentKind kind, SeriesStorage storage)
{
    // The snapshot's alone, reused from one to the next.
    readonly List<SeriesBlock> _idle = [];
    readonly List<LabelPage> _pages = [];
    LabelPage[] _shown = [];

    long _timeToLive;

    /// <summary>How long a series may be idle; configuration may change it at any time.</summary>
    internal required TimeSpan TimeToLive
    {
        get => new(Interlocked.Read(ref _timeToLive));
        set => Interlocked.Exchange(ref _timeToLive, value.Ticks); // whole, also in a 32-bit process
    }

    /// <summary>The totals of series that have gone.</summary>
    internal RetiredTotals Retired { get; } = new(storage);

    internal DateTimeOffset Now => time.GetUtcNow();

    internal SeriesLife Begin(LabelPage labels) => new(Retired, labels) { IdleSince = time.GetTimestamp() };

    /// <summary>Whether a series that was found in a table is still there; if it was leaving, it stays.</summary>
    internal static bool Keeps(CellRun cells) => cells.State switch
    {
        SeriesState.Present => true,
        SeriesState.Leaving => cells.TryMove(SeriesState.Leaving, SeriesState.Present) || cells.State == SeriesState.Present, // another call may have been first
        _ => false,
    };

    /// <summary>Looks at what a snapshot has just read, and closes the gaps that hidden series leave in it. The caller holds the reading lock.</summary>
    /// <param name="table">The table.</param>
    /// <param name="index">Its series, as they were read.</param>
    /// <param name="numbers">Their numbers; on return those of the series to show.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="pages">The labels of the series to show.</param>
    /// <returns>How many to show.</returns>
    internal int Age(SeriesTable table, SeriesIndex index, Span<long> numbers, int count, out LabelPage[] pages)
    {
        long now = time.GetTimestamp();
        int run = table.RunLength;
        bool leaving = false;
        _pages.Clear();
        var blocks = index.Blocks[..count];
        for (int i = 0; i < blocks.Length; i++)
        {
            var row = numbers.Slice(i * run, run);
            if (!Shows(blocks[i], row, now, ref leaving)) continue;
            if (_pages.Count != i) row.CopyTo(numbers[(_pages.Count * run)..]);
            _pages.Add(blocks[i].Labels);
        }
        if (leaving) TagCache.Forget();
        if (_idle.Count > 0) table.Remove(_idle);
        _idle.Clear(); // holds nobody's cells
        if (!CollectionsMarshal.AsSpan(_pages).SequenceEqual(_shown)) _shown = [.. _pages]; // a snapshot that is still lent keeps its own
        pages = _shown;
        return _pages.Count;
    }

    bool Shows(SeriesBlock block, ReadOnlySpan<long> row, long now, ref bool leaving)
    {
        var (life, cells) = (block.Life!, block.Cells!);
        long activity = ActivityOf(row);
        if (activity != life.Activity || life.Leaving && cells.State == SeriesState.Present) // recorded into, or asked for
        {
            life.Activity = activity;
            life.IdleSince = now;
            life.Leaving = false;
            life.Shown = null;
            Keeps(cells);
            return true;
        }
        bool idle = time.GetElapsedTime(life.IdleSince, now) >= TimeToLive && !(kind == InstrumentKind.UpDownCounter && activity != 0);
        if (life.Hold != SeriesHold.None)
        {
            life.Leaving = false;
            Keeps(cells);
            return !idle || life.Hold == SeriesHold.Declared;
        }
        if (life.Leaving)
        {
            life.Shown = row.ToArray();
            _idle.Add(block);
        }
        else if (idle && cells.TryMove(SeriesState.Present, SeriesState.Leaving)) life.Leaving = leaving = true;
        return true;
    }

    /// <summary>What changes with every measurement: the number itself, or how many measurements a histogram has.</summary>
    long ActivityOf(ReadOnlySpan<long> row)
    {
        if (storage != SeriesStorage.Histograms) return row[0];
        long count = 0;
        foreach (long bucket in row[1..]) count += bucket;
        return count;
    }
}
