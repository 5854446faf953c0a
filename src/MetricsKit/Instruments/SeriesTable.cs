using System.Runtime.CompilerServices;

namespace MetricsKit;

/// <summary>Where the values of an instrument's series are.</summary>
enum SeriesStorage
{
    /// <summary>A cell of whole numbers a series, in every store.</summary>
    Counts,

    /// <summary>A run <c>[sum][buckets]</c> a series, in every store.</summary>
    Histograms,

    /// <summary>A floating total a series, in every store: a run <c>[sum]</c> without buckets.</summary>
    Sums,

    /// <summary>One shared double a series, of which the last store wins (I12).</summary>
    Values,
}

/// <summary>One series of a table.</summary>
/// <param name="Block">Null when the series was refused.</param>
/// <param name="At">The place in the block.</param>
/// <param name="Index">The first cell's number; for a gauge the ordinal in its table; -1 when the series was refused.</param>
readonly record struct SeriesPlace(SeriesBlock? Block, int At, int Index);

/// <summary>The label values of one call, sanitised, in the order of the keys.</summary>
[InlineArray(MaxTags)]
struct TagValues
{
    internal const int MaxTags = 4;

    string _first;
}

/// <summary>The series of one instrument: finds or makes the series of label values, within the limits.</summary>
/// <remarks>
/// I8: past the limit only open labels fold; a call that folds costs a search, a look at the budget's sightings and no lock. The last eighth of the limit is kept back
/// for label sets that are seen again and again. This object's monitor is held while series come or go.
/// </remarks>
sealed class SeriesTable
{
    static int _tables;

    readonly InstrumentDefinition _row;
    readonly BlockLayout _layout;
    readonly SeriesBudget _budget;
    readonly HostLedger _ledger;
    readonly bool _isOverflow, _isClosed, _onlyOpen, _keepsBack, _addsUp;
    ulong _salt; // tells its label sets from those of other tables where sightings are kept

    bool _hasLeft; // under the monitor
    volatile int _maxSeries;
    volatile bool _hasRefused;
    SeriesIndex _index;
    SeriesTable? _overflow;
    CellRun? _folded;

    internal SeriesTable(InstrumentDefinition row, SeriesStorage storage, int bounds, int maxSeries, SeriesBudget budget, HostLedger ledger, SeriesLifetimes? lifetimes = null, bool isOverflow = false)
    {
        _row = row;
        Storage = storage;
        _budget = budget;
        _ledger = ledger;
        _isOverflow = isOverflow;
        _isClosed = !row.IsDynamic && row.TagKeys.All(static k => k.IsClosed);
        _addsUp = row is { IsDynamic: true, IsObserved: true, Kind: not InstrumentKind.Gauge }; // who writes the values adds up those that fold
        _onlyOpen = !row.TagKeys.Any(static k => k.IsClosed);
        _keepsBack = !_isClosed && budget != SeriesBudget.None;
        _salt = (ulong)Interlocked.Increment(ref _tables) << 32;
        _maxSeries = maxSeries;
        Lifetimes = lifetimes;
        if (lifetimes is not null) lifetimes.Retired.Table = new(this);
        // A sum and bounds + 1 buckets, not rounded up: 15 bounds would double.
        _layout = BlockLayout.Of(storage == SeriesStorage.Histograms ? bounds + 2 : 1, single: lifetimes is not null);
        _index = new(_layout);
    }

    internal SeriesStorage Storage { get; }

    /// <summary>The limit; it may change at any time. Raised, there is room; lowered, nothing more is made and what is there stays. Of closed keys it is the number of their combinations.</summary>
    internal int MaxSeries
    {
        get => _maxSeries;
        set
        {
            if (!_isClosed) _maxSeries = value;
        }
    }

    /// <summary>What became of the labels before they came here; null: nothing.</summary>
    internal TagView? Tags { get; init; }

    /// <summary>What becomes of idle series; null when they stay.</summary>
    internal SeriesLifetimes? Lifetimes { get; }

    /// <summary>Cells of one series.</summary>
    internal int RunLength => _layout.Run;

    /// <summary>The series as they are now. Who needs more than one answer asks the same index.</summary>
    internal SeriesIndex Index => Volatile.Read(ref _index);

    internal int Count => Index.Count;

    /// <summary>The series that others were folded into; null until the first fold.</summary>
    internal SeriesTable? Overflow => Volatile.Read(ref _overflow);

    /// <summary>Whether label values have found no room, by the limit or by the host's.</summary>
    internal bool IsLimited => _hasRefused || Overflow is not null;

    /// <summary>How many measurements and bindings were folded.</summary>
    internal long Folded
    {
        get
        {
            if (Volatile.Read(ref _folded) is not { } cells) return 0;
            long folded = CellSpace.Sum(cells.Start);
            GC.KeepAlive(cells); // I7b
            return folded;
        }
    }

    /// <summary>The room that this table's limit leaves, whatever the host's leaves.</summary>
    internal SeriesRoom OwnRoom => RoomOf(Count);

    SeriesRoom Room
    {
        get
        {
            var (own, hosts) = (OwnRoom, _budget.Room);
            return own < hosts ? own : hosts;
        }
    }

    /// <summary>The series of the label values, made when there is room, else the one they fold into. A gauge past its limit is refused.</summary>
    /// <param name="values">The label values.</param>
    /// <param name="folded">Whether the series stands for others.</param>
    /// <param name="hold">Whether the series has to stay (I7).</param>
    internal SeriesPlace Resolve(ReadOnlySpan<string> values, out bool folded, SeriesHold hold = SeriesHold.None)
    {
        folded = false;
        ulong hash = SeriesIndex.Hash(values);
        var room = Room; // I8: before the search, or a series that another thread makes meanwhile would take the last place and be missed
        var index = Index;
        int ordinal = index.Find(values, hash);
        if (ordinal >= 0)
        {
            var place = index.PlaceOf(ordinal);
            if (Lifetimes is null || hold == SeriesHold.None && SeriesLifetimes.Keeps(place.Block!.Cells!)) return place;
        }
        // What was declared, or can have no more values than its list, needs not be seen again.
        var needs = _keepsBack && hold != SeriesHold.Declared ? SeriesRoom.Open : SeriesRoom.KeptBack;
        if (ordinal < 0 && room == SeriesRoom.KeptBack && needs == SeriesRoom.Open && _budget.SeesOften(hash ^ _salt)) needs = SeriesRoom.KeptBack;
        if ((ordinal >= 0 || room >= needs) && Insert(values, hash, hold, needs) is { Block: not null } made) return made;
        folded = true;
        return Fold(values);
    }

    /// <summary>I7: takes out those series that are still leaving. Who asked for one of them meanwhile has kept it.</summary>
    internal void Remove(List<SeriesBlock> idle)
    {
        lock (this)
        {
            int gone = 0;
            foreach (var block in idle)
            {
                if (block.Cells!.TryMove(SeriesState.Leaving, SeriesState.Gone)) gone++; // I7: full fence
            }
            if (gone == 0) return;
            Volatile.Write(ref _index, _index.WithoutGone()); // I2: the index is complete before it is seen
            if (!_hasLeft) _budget.Release(gone);
        }
    }

    /// <summary>I7: gives the series of the labels what was recorded into one that had left, whole numbers or a histogram's <c>[sum][buckets]</c>.</summary>
    internal void AddLate(ReadOnlySpan<string> values, ReadOnlySpan<long> late)
    {
        var place = Resolve(values, out _);
        if (Storage == SeriesStorage.Counts) CellSpace.Shared.TryAdd(place.Index, late[0]);
        else CellSpace.Shared.AddRun(place.Index, BitConverter.Int64BitsToDouble(late[0]), late[1..]);
        GC.KeepAlive(place.Block); // I7b: until the cells are written
    }

    /// <summary>The instrument has left its host, which has room for as many others; what is still being recorded folds.</summary>
    internal void Leave()
    {
        lock (this)
        {
            if (_hasLeft) return;
            _hasLeft = true;
            _budget.Release(_index.Count);
        }
        Abandon();
    }

    /// <summary>An empty table that goes on in the place of this one, and with what was folded.</summary>
    internal SeriesTable Renewed() => new(_row, Storage, 0, MaxSeries, _budget, _ledger) { Tags = Tags, _overflow = Overflow, _folded = Volatile.Read(ref _folded), _hasRefused = _hasRefused, _salt = _salt };

    /// <summary>The host is gone: nothing but handles and calls in progress shall hold the cells (I7b).</summary>
    internal void Abandon()
    {
        foreach (var block in Index.Blocks) block.Cells?.Abandon();
        Overflow?.Abandon();
    }

    /// <summary>What to name when the limit is reached.</summary>
    internal WidestLabel? Widest() => WidestLabel.Of(_row, Index);

    /// <summary>The series that label values without room fold into; none for gauges.</summary>
    internal SeriesPlace Fold(ReadOnlySpan<string> values)
    {
        if (Storage == SeriesStorage.Values && !_addsUp)
        {
            if (!_hasRefused) _hasRefused = true; // asked first, so that threads do not write what all of them read
            return new(null, 0, -1); // the last of several values would be one of them, not their sum
        }
        var overflow = Volatile.Read(ref _overflow) ?? MakeOverflow();
        CellSpace.Count(_folded!);
        if (_onlyOpen && overflow.Count > 0) return overflow.Index.PlaceOf(0); // all fold into one, which needs no search
        if (_row.IsDynamic) return overflow.Resolve([], out _);
        TagValues folded = default;
        FoldTexts(values, ref folded);
        return overflow.Resolve(((ReadOnlySpan<string>)folded)[..values.Length], out _);
    }

    /// <summary>The series that a measurement with the label values has been recorded into: its own or the one that it folded into. None is made, and no fold is counted again.</summary>
    /// <param name="values">The label values, of a row that has keys.</param>
    internal SeriesPlace Seek(ReadOnlySpan<string> values)
    {
        var index = Index;
        int ordinal = index.Find(values, SeriesIndex.Hash(values));
        if (ordinal >= 0) return index.PlaceOf(ordinal);
        if (Overflow is not { } overflow) return default; // it has left meanwhile (I7)
        TagValues folded = default;
        FoldTexts(values, ref folded);
        return overflow.Seek(((ReadOnlySpan<string>)folded)[..values.Length]);
    }

    void FoldTexts(ReadOnlySpan<string> values, ref TagValues folded)
    {
        for (int i = 0; i < values.Length; i++) folded[i] = _row.TagKeys[i].IsClosed || Tags?.Drops(_row.TagKeys[i].Name) == true ? values[i] : TagKey.Other;
    }

    SeriesTable MakeOverflow()
    {
        lock (this)
        {
            if (_overflow is null)
            {
                _folded = CellSpace.Allocate(1, CellLayout.Longs, _ledger);
                // Bounded by the closed keys alone, so neither this instrument's limit nor the host's applies.
                Volatile.Write(ref _overflow, new SeriesTable(_row, Storage, RunLength - 2, int.MaxValue, SeriesBudget.None, _ledger, isOverflow: true)); // I2
            }
            return _overflow;
        }
    }

    SeriesRoom RoomOf(int series) => _keepsBack ? SeriesBudget.RoomOf(series, _maxSeries) : series < _maxSeries ? SeriesRoom.Open : SeriesRoom.None;

    /// <summary>The series, found again or made; none when there is no room.</summary>
    SeriesPlace Insert(ReadOnlySpan<string> values, ulong hash, SeriesHold hold, SeriesRoom needs)
    {
        lock (this)
        {
            int ordinal = _index.Find(values, hash);
            if (ordinal < 0 && (_hasLeft || RoomOf(_index.Count) < needs || !_budget.TryTake(needs))) return default;
            var place = ordinal >= 0 ? _index.PlaceOf(ordinal) : Append(values, hash);
            if (place.Block!.Life is { } life)
            {
                if (hold > life.Hold) life.Hold = hold;
                SeriesLifetimes.Keeps(place.Block.Cells!); // nothing goes while the lock is held
            }
            return place;
        }
    }

    SeriesPlace Append(ReadOnlySpan<string> values, ulong hash)
    {
        try { return _index.Append(values, hash, MakeBlock); }
        finally { _budget.Settle(); }
    }

    SeriesBlock MakeBlock(int capacity)
    {
        // The last block needs no more room than a limit that never changes leaves. Behind a short block no other could be found (BlockLayout).
        if (_isClosed && _maxSeries - _index.Count is > 0 and var left && left < capacity) capacity = left;
        LabelPage labels = new(capacity, _row.IsDynamic ? LabelPage.OwnKeys : _row.TagKeys.Length, _isOverflow, Lifetimes?.Now);
        if (Storage == SeriesStorage.Values)
        {
            var values = new double[capacity];
            for (int i = 0; i < values.Length; i++) values[i] = double.NaN; // Fill is compiled for doubles at each start, here and below
            return new(labels, null, values, null);
        }
        bool floating = Storage is SeriesStorage.Histograms or SeriesStorage.Sums;
        var life = Lifetimes?.Begin(labels);
        var cells = CellSpace.Allocate(capacity * RunLength, floating ? CellLayout.Histograms : CellLayout.Longs, _ledger, RunLength, life);
        double[]? published = floating ? new double[capacity] : null;
        for (int i = 0; i < published?.Length; i++) published[i] = double.NegativeInfinity;
        return new(labels, cells, null, published) { Life = life };
    }
}
