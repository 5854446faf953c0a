using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;

namespace MetricsKit;

/// <summary>An instrument of a catalogue meter: it owns its series, and forwards to the ordinary instrument of its meter when somebody listens.</summary>
public abstract class Instrument
{
    /// <summary>In the place of a gauge's ordinal while the gauge is off: the value is not recorded, and that is nobody's fault.</summary>
    internal const int Sunk = -2;

    static int _ids;

    readonly IReadOnlyDictionary<string, ImmutableArray<string>>? _declared;

    // Configuration may change these while threads record.
    volatile bool _enabled, _exported;

    /// <summary>Where tagged calls write when the instrument was off from the start; null when it counts.</summary>
    volatile CellRun? _sink;

    private protected Instrument(InstrumentDefinition definition, InstrumentContext context, SeriesStorage? storage)
    {
        var settings = context.Settings;
        Definition = definition;
        Registry = context.Registry;
        Name = settings.Name ?? definition.Name;
        _enabled = settings.Recorded;
        _exported = settings.Exported && settings.Recorded;
        _declared = settings.Declared;
        Id = NextId();
        Salt = SaltOf(Id);
        Bounds = settings.Bounds;
        PaddedBounds = storage == SeriesStorage.Histograms ? BucketBounds.Pad(ImmutableCollectionsMarshal.AsArray(Bounds)) : [];
        if (storage is null) return;
        var keys = definition.TagKeys;
        if (settings.Tags is { } view && (definition.IsDynamic || keys.Any(k => view.Affects(k.Name)))) Tags = view;
        Ordinals = new int[keys.Length];
        for (int k = 0; k < keys.Length; k++) Ordinals[k] = keys[k].Values.Length;
        bool closed = !definition.IsDynamic && keys.All(static k => k.IsClosed);
        int most = closed ? Combinations(keys) : settings.MaxSeries;
        Table = new SeriesTable(definition, storage.Value, Bounds.Length, most, settings.IsExempt ? SeriesBudget.None : Registry.Budget, Registry.Ledger, LifetimesOf(settings, storage.Value)) { Tags = Tags };
        Dense = closed ? new CellPlace[most] : [];
        if (!_enabled) Sink(storage.Value);
    }

    /// <summary>The row this instrument was created from.</summary>
    public InstrumentDefinition Definition { get; }

    /// <summary>
    /// False while configuration has switched the instrument off. Calls cost what they always cost: one that was off when the host started writes into a cell that nobody
    /// reads, but for bound handles; one that was switched off later goes on counting unseen, so that its totals are true when it is switched on again.
    /// </summary>
    /// <remarks>It may change while the host runs. Other listeners of the process see an instrument that was off when the host started only after a restart.</remarks>
    public bool Enabled => _enabled;

    /// <summary>Whether snapshots show it.</summary>
    internal bool Exported => _exported;

    /// <summary>What it is exported as, before the name of the format is derived: the row's name, or the one that configuration gives it.</summary>
    internal string Name { get; }

    /// <summary>When it began to be measured, where that was later than the host did; null: with the host.</summary>
    internal DateTimeOffset? StartTime { get; private protected init; }

    /// <summary>What becomes of the tags; null: nothing.</summary>
    internal TagView? Tags { get; }

    /// <summary>Whether several tag sets may be one series.</summary>
    private protected bool IsViewed => Tags is not null;

    internal InstrumentRegistry Registry { get; }

    /// <summary>The bounds in force, which configuration may have changed.</summary>
    internal ImmutableArray<double> Bounds { get; }

    /// <summary>The series; null when the instrument shows those of another.</summary>
    internal SeriesTable? Table { get; private protected set; }

    // The recording path reads these.
    internal readonly int Id;
    internal readonly ulong Salt;

    /// <summary>How many values each closed key has; the index behind them is <c>_OTHER</c>.</summary>
    internal readonly int[] Ordinals = [];

    /// <summary>A histogram's bounds as the bucket search wants them.</summary>
    internal readonly double[] PaddedBounds;

    /// <summary>Series by the mixed radix of their closed values, when all keys are closed. Replaced as a whole when the instrument is switched on.</summary>
    internal CellPlace[] Dense = [];

    /// <summary>How many of a histogram's units of time make a second; a unit that is no time counts as seconds.</summary>
    internal double PerSecond => Definition.Unit switch
    {
        "ns" => 1e9,
        "us" => 1e6,
        "ms" => 1e3,
        "min" => 1.0 / 60,
        "h" => 1.0 / 3600,
        "d" => 1.0 / 86400,
        _ => 1,
    };

    /// <summary>The series of the sanitised texts of a call, once the view of the tags has been applied to them.</summary>
    internal SeriesPlace Place(ReadOnlySpan<string> values, out bool folded, SeriesHold hold = SeriesHold.None)
    {
        if (Tags is null || Definition.IsDynamic) return Table!.Resolve(values, out folded, hold); // who records into series of their own keys has applied it
        TagValues few = default;
        Span<string> viewed = values.Length <= TagValues.MaxTags ? few : new string[values.Length]; // an information may have many
        View(values, viewed);
        return Table!.Resolve(viewed[..values.Length], out folded, hold);
    }

    /// <summary>The series that a call with the sanitised texts has been recorded into, when that has been done.</summary>
    internal SeriesPlace Seek(ReadOnlySpan<string> values)
    {
        if (Tags is null) return Table!.Seek(values);
        TagValues few = default;
        Span<string> viewed = values.Length <= TagValues.MaxTags ? few : new string[values.Length];
        View(values, viewed);
        return Table!.Seek(viewed[..values.Length]);
    }

    void View(ReadOnlySpan<string> values, Span<string> viewed)
    {
        for (int k = 0; k < values.Length; k++) viewed[k] = Tags!.Apply(Definition.TagKeys[k].Name, values[k]);
    }

    /// <summary>Where a call with the sanitised texts writes.</summary>
    internal CellPlace CellsOf(ReadOnlySpan<string> values, out bool folded)
    {
        folded = false;
        if (_sink is { } sink) return InSink(sink) with { Chunk = sink.Column.Own(ThreadCells.Lane) };
        var place = Place(values, out folded);
        var cells = place.Block?.Cells ?? InstrumentRegistry.CountSink;
        return new() { Cells = cells, Chunk = cells.Column.Own(ThreadCells.Lane), Index = place.Index };
    }

    /// <summary>Follows a configuration that was read again: whether the instrument is shown and how many series it may have.</summary>
    /// <returns>False when series should leave that cannot, since each would need cells of its own: that waits for the next start.</returns>
    internal bool Follow(InstrumentSettings settings)
    {
        if (Table is { } table)
        {
            if (Dense.Length == 0) table.MaxSeries = settings.MaxSeries;
            if (table.Lifetimes is { } lifetimes) lifetimes.TimeToLive = settings.TimeToLive ?? TimeSpan.MaxValue;
        }
        if (settings.Recorded && _sink is { } sink) Surface(sink);
        _enabled = settings.Recorded;
        _exported = settings.Exported && settings.Recorded;
        return settings.TimeToLive is null || Table is not { Lifetimes: null };
    }

    /// <summary>Shows the instrument or hides it; it goes on counting.</summary>
    internal void Show(bool shown) => _enabled = _exported = shown;

    private protected SeriesPlace PlaceOf(params ReadOnlySpan<string> values) =>
        _sink is not null && Definition.IsObserved ? new(null, 0, Sunk) : Place(values, out _, SeriesHold.Bound);

    /// <summary>The series that a handle is asked for. A handle has cells of its own series also while the instrument is off, since it stays when that changes.</summary>
    private protected SeriesBinding Bound(params ReadOnlySpan<string> values)
    {
        var place = Place(values, out _, SeriesHold.Bound);
        object? kept = place.Block?.HandleAt(place.At);
        if (Tags is null) return new(place, kept, null);
        return (kept as SpokenHandles)?.Find(values) is { } handle ? new(place, handle, null) : new(place, null, values.ToArray());
    }

    /// <summary>Publishes the series that are known beforehand: all of closed keys, and the declared values of open ones.</summary>
    private protected void DeclareSeries(InstrumentSettings settings)
    {
        if (_sink is null) Declare(Dense);
    }

    /// <summary>Counts an exception out of a foreign listener (I11).</summary>
    private protected void CountListenerError() => Registry.Ledger.Count(LedgerEntry.ListenerError);

    /// <summary>Has tagged calls write where nobody reads.</summary>
    void Sink(SeriesStorage storage)
    {
        var sink = CellSpace.Allocate(Table!.RunLength, storage is SeriesStorage.Histograms or SeriesStorage.Sums ? CellLayout.Histograms : CellLayout.Longs, ledger: null, Table.RunLength);
        _sink = sink;
        Dense.AsSpan().Fill(InSink(sink));
    }

    /// <summary>Has tagged calls write into the series. A call that is on its way may still write into the sink: it came before.</summary>
    /// <remarks>
    /// I2: an array that calls read is not written again, or a call could take the old cells with the new index. Who sees the new one sees that the sink is gone.
    /// I7: a thread that puts the sink into its cache looks at its state afterwards. The fence makes its slot visible here, or the state visible there.
    /// </remarks>
    void Surface(CellRun sink)
    {
        var dense = new CellPlace[Dense.Length];
        Declare(dense);
        _sink = null;
        Volatile.Write(ref Dense, dense); // I2
        sink.Abandon();
        Interlocked.MemoryBarrierProcessWide(); // I7
        TagCache.Forget();
    }

    CellPlace InSink(CellRun sink) => new() { Cells = sink, Index = Table!.Storage == SeriesStorage.Values ? Sunk : sink.Start };

    void Declare(CellPlace[] dense)
    {
        if (Table is null) return;
        var keys = Definition.TagKeys;
        var choices = new ImmutableArray<string>[keys.Length];
        for (int k = 0; k < keys.Length; k++)
        {
            var key = keys[k];
            if (key.IsClosed) choices[k] = key.Values;
            else if (Tags?.Drops(key.Name) == true) choices[k] = [""];
            else if (_declared is not null && _declared.TryGetValue(InstrumentNames.Normalise(key.Name), out var declared)) choices[k] = declared;
            else return;
        }
        var values = new string[keys.Length];
        DeclareFrom(0);

        void DeclareFrom(int k)
        {
            if (k < keys.Length)
            {
                foreach (string value in choices[k])
                {
                    values[k] = keys[k].Sanitise(value, out _);
                    DeclareFrom(k + 1);
                }
                return;
            }
            var place = Place(values, out _, SeriesHold.Declared);
            if (dense.Length > 0) CellPlace.Publish(ref dense[OrdinalOf(values)], new() { Cells = place.Block?.Cells ?? InstrumentRegistry.CountSink, Index = place.Index });
        }
    }

    /// <summary>A number that no cache has seen: never used twice.</summary>
    internal static int NextId() => Interlocked.Increment(ref _ids);

    internal static ulong SaltOf(int id) => (ulong)id * 0xD6E8FEB86659FD93;

    int OrdinalOf(ReadOnlySpan<string> values)
    {
        int ordinal = 0;
        for (int k = 0; k < values.Length; k++)
        {
            int place = Definition.TagKeys[k].Values.IndexOf(values[k]);
            ordinal = ordinal * (Ordinals[k] + 1) + (place < 0 ? Ordinals[k] : place);
        }
        return ordinal;
    }

    SeriesLifetimes? LifetimesOf(InstrumentSettings settings, SeriesStorage storage) =>
        settings.TimeToLive is { } timeToLive && storage != SeriesStorage.Values ? new(Registry.Time, Definition.Kind, storage) { TimeToLive = timeToLive } : null;

    static int Combinations(ImmutableArray<TagKey> keys)
    {
        int product = 1;
        foreach (var key in keys) product = checked(product * (key.Values.Length + 1));
        return product;
    }
}
