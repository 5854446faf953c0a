using System.Collections.Immutable;
using System.Diagnostics.Metrics;

namespace MetricsKit;

/// <summary>An instrument of a catalogue meter: it owns its series, and forwards to the ordinary instrument of its meter when somebody listens.</summary>
public abstract class Instrument
{
    static int _ids;

    private protected Instrument(InstrumentDefinition definition, InstrumentContext context, SeriesStorage? storage)
    {
        Definition = definition;
        Registry = context.Registry;
        Enabled = context.Settings.Recorded;
        Exported = context.Settings.Exported;
        Id = NextId();
        Salt = SaltOf(Id);
        Bounds = context.Settings.Bounds;
        PaddedBounds = storage == SeriesStorage.Histograms ? BucketBounds.Pad(Bounds.AsSpan()) : [];
        if (storage is null) return;
        var keys = definition.TagKeys;
        Ordinals = new int[keys.Length];
        for (int k = 0; k < keys.Length; k++) Ordinals[k] = keys[k].Values.Length;
        bool closed = !definition.IsDynamic && keys.All(static k => k.IsClosed);
        if (!Enabled)
        {
            Sink = storage is SeriesStorage.Histograms or SeriesStorage.Sums ? InstrumentRegistry.HistogramSink : InstrumentRegistry.CountSink;
            Dense = closed ? new CellPlace[Combinations(keys)] : [];
            Dense.AsSpan().Fill(new() { Cells = Sink, Index = Sink.Start });
            return;
        }
        int most = closed ? Combinations(keys) : context.Settings.MaxSeries;
        Table = new SeriesTable(definition, storage.Value, Bounds.Length, most, context.Settings.IsExempt ? SeriesBudget.None : Registry.Budget, Registry.Ledger, LifetimesOf(context.Settings, storage.Value));
        Dense = closed ? new CellPlace[most] : [];
    }

    /// <summary>The row this instrument was created from.</summary>
    public InstrumentDefinition Definition { get; }

    /// <summary>False when configuration switched the instrument off: calls then write into a cell that nobody reads.</summary>
    public bool Enabled { get; }

    /// <summary>Whether snapshots show it.</summary>
    internal bool Exported { get; }

    internal InstrumentRegistry Registry { get; }

    /// <summary>The bounds in force, which configuration may have changed.</summary>
    internal ImmutableArray<double> Bounds { get; }

    /// <summary>The series; null when switched off, or when the instrument shows the series of another.</summary>
    internal SeriesTable? Table { get; private protected set; }

    // The recording path reads these.
    internal readonly int Id;
    internal readonly ulong Salt;

    /// <summary>How many values each closed key has; the index behind them is <c>_OTHER</c>.</summary>
    internal readonly int[] Ordinals = [];

    /// <summary>A histogram's bounds as the bucket search wants them.</summary>
    internal readonly double[] PaddedBounds;

    /// <summary>Series by the mixed radix of their closed values, when all keys are closed.</summary>
    internal readonly CellPlace[] Dense = [];

    /// <summary>Cells for a switched-off instrument, which it keeps alive.</summary>
    internal readonly CellRun? Sink;

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

    /// <summary>The series of the sanitised texts of a call; a switched-off instrument answers with its sink.</summary>
    internal SeriesPlace Place(ReadOnlySpan<string> values, out bool folded, SeriesHold hold = SeriesHold.None)
    {
        if (Table is { } table) return table.Resolve(values, out folded, hold);
        folded = false;
        return new(null, 0, Sink!.Start);
    }

    /// <summary>Where a call with the sanitised texts writes.</summary>
    internal CellPlace CellsOf(ReadOnlySpan<string> values, out bool folded)
    {
        var place = Place(values, out folded);
        var cells = place.Block?.Cells ?? Sink ?? InstrumentRegistry.CountSink;
        return new() { Cells = cells, Chunk = cells.Column.Own(ThreadCells.Lane), Index = place.Index };
    }

    private protected SeriesPlace PlaceOf(params ReadOnlySpan<string> values) => Place(values, out _, SeriesHold.Bound);

    /// <summary>Publishes the series that are known beforehand: all of closed keys, and the declared values of open ones.</summary>
    private protected void DeclareSeries(InstrumentSettings settings)
    {
        if (Table is null) return;
        var keys = Definition.TagKeys;
        var choices = new ImmutableArray<string>[keys.Length];
        for (int k = 0; k < keys.Length; k++)
        {
            var key = keys[k];
            if (key.IsClosed) choices[k] = key.Values;
            else if (settings.Declared is { } known && known.TryGetValue(InstrumentNames.Normalise(key.Name), out var declared)) choices[k] = declared;
            else return;
        }
        var values = new string[keys.Length];
        Declare(0);

        void Declare(int k)
        {
            if (k < keys.Length)
            {
                foreach (string value in choices[k])
                {
                    values[k] = keys[k].Sanitise(value, out _);
                    Declare(k + 1);
                }
                return;
            }
            var place = Table.Resolve(values, out _, SeriesHold.Declared);
            if (Dense.Length > 0) CellPlace.Publish(ref Dense[OrdinalOf(values)], new() { Cells = place.Block?.Cells ?? InstrumentRegistry.CountSink, Index = place.Index });
        }
    }

    /// <summary>Counts an exception out of a foreign listener (I11).</summary>
    private protected void CountListenerError() => Registry.Ledger.Count(LedgerEntry.ListenerError);

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
        settings.TimeToLive is { } timeToLive && storage != SeriesStorage.Values ? new(timeToLive, Registry.Time, Definition.Kind, storage) : null;

    static int Combinations(ImmutableArray<TagKey> keys)
    {
        int product = 1;
        foreach (var key in keys) product = checked(product * (key.Values.Length + 1));
        return product;
    }
}
