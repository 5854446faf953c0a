using System.Collections.Concurrent;
using System.Numerics;

namespace MetricsKit;

/// <summary>What the cells of a run hold.</summary>
enum CellLayout
{
    /// <summary>Whole numbers.</summary>
    Longs,

    /// <summary>Histogram series: a sum, which is a double in its bits, then the buckets. A floating total is one without buckets.</summary>
    Histograms,
}

/// <summary>The process-wide numbering of cells and the register of stores. It carries no identity of any metric.</summary>
/// <remarks>
/// I2: cell numbers are process-wide, and are handed out again only when nothing can reach their run (I7b).
/// I3: a reader sums over all stores under <see cref="Reading"/>; totals never decrease.
/// I5: ended threads' stores are adopted or folded, after a process-wide fence, under the register's lock.
/// I6: bytes and stores are bounded; who finds no room shares the striped store.
/// Locks, in the order in which they are taken: the reading lock makes summing, folding and clearing exclude each other; a table's monitor is held while series
/// come and go; the register's, a column's, the stripes' and the caches' are short and never held while cells are summed. Who holds a table's monitor
/// may only try for the reading lock.
/// </remarks>
static class CellSpace
{
    /// <summary>Held while cells are summed, folded or cleared.</summary>
    internal static readonly Lock Reading = new();

    /// <summary>What threads without a store of their own share.</summary>
    internal static readonly StripedStore Shared = new();

    static readonly Lock Register = new();
    static readonly List<int>[] FreeRuns = MakeFreeRuns();
    static readonly ConcurrentQueue<ReturnedRun> Returned = new();
    static readonly List<int> FreeLanes = []; // the last is taken first

    // Written under the register's lock, read without.
    static ThreadStore[] _stores = [];
    static CellColumn[] _columns = [];
    static ulong[] _doubles = [];
    static int _chunkCount;
    static int _lanes;
    static int _freedStores = 1;
    static int _storesAtSweep = 8;

    /// <summary>A quarter of the bytes is the stripes': if threads took all, the stripes would share one chunk and threads would wait for each other.</summary>
    const int KeptForStripes = 4;

    static long _bytes;
    static long _stripeBytes;
    static bool _limited;

    /// <summary>Most bytes of chunks (I6).</summary>
    internal static long MaxBytes { get; private set; } = 32 << 20;

    /// <summary>Most threads with a store of their own (I6). None in a 32-bit process, where 64-bit stores tear.</summary>
    internal static int MaxStores { get; private set; } = 256;

    internal static int ChunkCount => Volatile.Read(ref _chunkCount);

    /// <summary>By the number of their chunks; at least as many as there are chunks.</summary>
    internal static CellColumn[] Columns => Volatile.Read(ref _columns);

    internal static int StoreCount => Volatile.Read(ref _stores).Length;

    internal static long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Grows when a store leaves, so that a thread that was refused tries again.</summary>
    internal static int FreedStores => Volatile.Read(ref _freedStores);

    /// <summary>Sets the limits. Cells belong to the process, so of several hosts the most generous decides (I6).</summary>
    internal static void Limit(long bytes, int stores)
    {
        lock (Register)
        {
            MaxBytes = _limited ? Math.Max(MaxBytes, bytes) : bytes;
            MaxStores = _limited ? Math.Max(MaxStores, stores) : stores;
            _limited = true;
            Volatile.Write(ref _freedStores, _freedStores + 1); // who was refused tries again
        }
    }

    /// <summary>Adds to a cell of whole numbers by the slow way: the thread's own store, or the shared one.</summary>
    internal static void Add(int index, long delta)
    {
        if (ThreadCells.Own() is not { } own || !own.TryAdd(index, delta)) Shared.TryAdd(index, delta);
    }

    /// <summary>Adds to a floating total by the slow way.</summary>
    internal static void AddSum(int index, double delta)
    {
        if (ThreadCells.Own() is not { } own || !own.TryAddSum(index, delta)) Shared.TryAddSum(index, delta);
    }

    /// <summary>Adds one to a cell that counts what happened beside a measurement; quick while the thread has the cell's chunk.</summary>
    internal static void Count(CellRun cells, int at = 0)
    {
        if (cells.Column.Own(ThreadCells.Lane) is { } chunk && chunk.At(cells.Start + at) is var count and < long.MaxValue) chunk.At(cells.Start + at) = count + 1; // I1
        else Add(cells.Start + at, 1);
        GC.KeepAlive(cells); // I7b
    }

    /// <summary>Adds a measurement to a histogram's run by the slow way.</summary>
    internal static void Record(int index, int bucket, double value)
    {
        if (ThreadCells.Own() is not { } own || !own.TryRecord(index, bucket, value)) Shared.TryRecord(index, bucket, value);
    }

    /// <summary>A run of cells that lies in one chunk. Runs are powers of two; a buddy is split off what is left of a larger one.</summary>
    /// <param name="cells">How many cells; at most a chunk's.</param>
    /// <param name="layout">What they hold.</param>
    /// <param name="ledger">Where the host counts what it rejects.</param>
    /// <param name="runLength">Cells of one series.</param>
    /// <param name="life">What is known of the run's one series; null when its series live as long as their instrument.</param>
    internal static CellRun Allocate(int cells, CellLayout layout, HostLedger? ledger, int runLength = 1, SeriesLife? life = null)
    {
        int order = BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)cells));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(order, CellChunk.Shift, nameof(cells));
        TakeBackUnread();
        lock (Register)
        {
            int start = Take(order);
            Mark(start, 1 << order, layout, runLength);
            return new CellRun(_columns[start >> CellChunk.Shift], start, 1 << order, ledger, life);
        }
    }

    /// <summary>Called by the finalizer of a run: its cells may be cleared and handed out again by the next reader.</summary>
    internal static void Return(ReturnedRun run) => Returned.Enqueue(run);

    /// <summary>A store for a thread: one whose owner has ended, a new one, or none when the limit is reached (I6).</summary>
    internal static ThreadStore? Enter(Thread thread)
    {
        if (nint.Size < sizeof(long)) return null;
        bool sweep;
        ThreadStore store;
        lock (Register)
        {
            foreach (var dead in _stores)
            {
                if (dead.Folding || dead.Owner.IsAlive) continue;
                Interlocked.MemoryBarrierProcessWide(); // I5: the last stores of the owner before our first load
                dead.Owner = thread;
                dead.DeadSeen = 0;
                return dead;
            }
            if (_stores.Length >= MaxStores) return null;
            store = new ThreadStore(thread, TakeLane());
            Volatile.Write(ref _stores, [.. _stores, store]); // I2
            sweep = _stores.Length >= 2 * _storesAtSweep;
        }
        // I5: so that nothing is left behind when nobody scrapes. Without waiting: a snapshot in progress sweeps as well.
        if (sweep && !Reading.IsHeldByCurrentThread && Reading.TryEnter())
        {
            try { Sweep(deadFor: 0, settle: false); }
            finally { Reading.Exit(); }
        }
        return store;
    }

    /// <summary>Takes back unreachable runs and folds the stores of threads that have ended. The caller holds <see cref="Reading"/>.</summary>
    /// <param name="deadFor">How many sweeps a store must have been found dead before; a snapshot gives a new thread the chance to adopt it.</param>
    /// <param name="settle">Whether series that have left may be settled; not on a recording thread.</param>
    internal static void Sweep(int deadFor, bool settle)
    {
        TakeBack(settle);
        List<ThreadStore>? dead = null;
        ulong[] doubles;
        lock (Register)
        {
            foreach (var store in _stores)
            {
                if (store.Owner.IsAlive || store.DeadSeen++ < deadFor) continue;
                store.Folding = true; // nobody adopts it any more
                (dead ??= []).Add(store);
            }
            _storesAtSweep = Math.Max(8, _stores.Length - (dead?.Count ?? 0));
            if (dead is null) return;
            Interlocked.MemoryBarrierProcessWide(); // I5: the last stores of the owners before the final read
            doubles = _doubles;
        }
        foreach (var store in dead) Fold(store, doubles);
        lock (Register)
        {
            foreach (var store in dead) FreeLanes.Add(store.Lane);
            Volatile.Write(ref _stores, [.. _stores.Where(static s => !s.Folding)]);
            Volatile.Write(ref _freedStores, _freedStores + 1);
        }
    }

    /// <summary>All chunks of a number. The caller holds <see cref="Reading"/>.</summary>
    internal static void AppendChunks(int number, ref ChunkList to)
    {
        Shared.AppendChunks(number, ref to);
        Columns[number].AppendTo(ref to);
    }

    /// <summary>The total of one cell of whole numbers.</summary>
    internal static long Sum(int index)
    {
        lock (Reading)
        {
            ChunkList chunks = default;
            AppendChunks(index >> CellChunk.Shift, ref chunks);
            long total = 0;
            foreach (var chunk in chunks.Items) total = CellSums.Saturating(total, Volatile.Read(ref chunk.At(index)));
            return total;
        }
    }

    /// <summary>Whether another chunk of a thread fits (I6): what the stripes will need is kept back, since they are where everybody goes when nothing is left.</summary>
    internal static bool TryTakeBytes()
    {
        lock (Register) return TryTake(Math.Max(FloorBytes, MaxBytes / KeptForStripes - _stripeBytes)); // the number of chunks stands still meanwhile
    }

    /// <summary>The same for a chunk of a stripe other than the first, which always gets its own.</summary>
    internal static bool TryTakeStripeBytes()
    {
        lock (Register)
        {
            if (!TryTake(FloorBytes)) return false;
            _stripeBytes += CellChunk.Bytes;
            return true;
        }
    }

    /// <summary>Stripe 0 gets its chunk in any case: where nothing was kept back for it any more, series that come after the limit go beyond it, by 8 bytes a cell.</summary>
    internal static void TakeFloorBytes()
    {
        lock (Register)
        {
            Interlocked.Add(ref _bytes, CellChunk.Bytes);
            _stripeBytes += CellChunk.Bytes;
        }
    }

    /// <summary>What stripe 0 may still need.</summary>
    static long FloorBytes => Math.Max(0, ChunkCount - Shared.FloorChunks) * (long)CellChunk.Bytes;

    static bool TryTake(long keptBack)
    {
        if (Bytes + CellChunk.Bytes + keptBack > MaxBytes) return false;
        Interlocked.Add(ref _bytes, CellChunk.Bytes); // against a fold, which gives bytes back meanwhile
        return true;
    }

    /// <summary>A number for a store; never 0, which is no store's.</summary>
    internal static int TakeLane()
    {
        lock (Register)
        {
            if (FreeLanes.Count == 0) return ++_lanes;
            int free = FreeLanes[^1];
            FreeLanes.RemoveAt(FreeLanes.Count - 1);
            return free;
        }
    }

    static void Fold(ThreadStore store, ulong[] doubles)
    {
        var columns = Columns;
        for (int number = 0; number < columns.Length; number++)
        {
            if (columns[number].ChunkOf(store.Lane) is not { } chunk) continue;
            Shared.Fold(number, chunk, doubles.AsSpan(number * 4, 4));
            columns[number].Remove(store.Lane); // behind the fold, which may find no memory: the reading lock keeps everybody from seeing both
            Interlocked.Add(ref _bytes, -CellChunk.Bytes);
        }
        TagCache.Drop(store.Lane);
    }

    /// <summary>I7b: cells come back with each snapshot; so that nothing is left behind when nobody scrapes, also when many are waiting and cells are asked for.</summary>
    static void TakeBackUnread()
    {
        const int Many = 64; // chosen so that an instrument now and then costs nothing, and a leak shows nowhere
        if (Returned.Count < Many || Reading.IsHeldByCurrentThread || !Reading.TryEnter()) return; // never waiting: the caller holds a table's monitor
        try { TakeBack(settle: false); }
        finally { Reading.Exit(); }
    }

    /// <summary>I7, I7b: nobody can reach these cells, so the reader may take their totals, clear them in every store and hand them out again.</summary>
    /// <param name="settle">Whether series that have left may be settled, which may make series; not while a table's monitor is held.</param>
    static void TakeBack(bool settle)
    {
        ChunkList chunks = default;
        Span<long> totals = stackalloc long[CellChunk.Size];
        for (int left = Returned.Count; left > 0 && Returned.TryDequeue(out var run); left--)
        {
            if (run.Run.IsAlive || run.Life is { Shown: not null } && !settle)
            {
                Returned.Enqueue(run); // a finalizer may still record; or the next snapshot does it
                continue;
            }
            chunks.Clear();
            AppendChunks(run.Start >> CellChunk.Shift, ref chunks);
            run.Life?.Settle(chunks.Items, run.Start, totals[..run.Length]);
            foreach (var chunk in chunks.Items) chunk.Slice(run.Start, run.Length).Clear();
            lock (Register) FreeRuns[BitOperations.Log2((uint)run.Length)].Add(run.Start);
        }
    }

    static List<int>[] MakeFreeRuns()
    {
        var runs = new List<int>[CellChunk.Shift + 1];
        for (int order = 0; order < runs.Length; order++) runs[order] = [];
        return runs;
    }

    static int Take(int order)
    {
        if (FreeRuns[order] is { Count: > 0 } free)
        {
            int last = free[^1];
            free.RemoveAt(free.Count - 1);
            return last;
        }
        if (order == CellChunk.Shift)
        {
            if (_chunkCount == _columns.Length)
            {
                var grown = new CellColumn[Math.Max(16, _columns.Length * 2)];
                _columns.CopyTo(grown, 0);
                for (int i = _chunkCount; i < grown.Length; i++) grown[i] = new();
                Volatile.Write(ref _columns, grown); // I2: the columns before the array
            }
            Volatile.Write(ref _chunkCount, _chunkCount + 1);
            return (_chunkCount - 1) << CellChunk.Shift;
        }
        int both = Take(order + 1);
        FreeRuns[order].Add(both + (1 << order));
        return both;
    }

    /// <summary>Remembers which cells hold doubles: folding adds them as what they are.</summary>
    static void Mark(int start, int length, CellLayout layout, int runLength)
    {
        int words = _chunkCount * 4;
        if (_doubles.Length < words)
        {
            var grown = new ulong[Math.Max(words, _doubles.Length * 2)];
            _doubles.CopyTo(grown, 0);
            Volatile.Write(ref _doubles, grown);
        }
        for (int i = 0; i < length; i++)
        {
            ulong bit = 1UL << (start + i & 63);
            if (layout == CellLayout.Histograms && i % runLength == 0) _doubles[start + i >> 6] |= bit;
            else _doubles[start + i >> 6] &= ~bit;
        }
    }
}
