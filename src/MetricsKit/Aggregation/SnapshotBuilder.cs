using System.Collections.Immutable;

namespace MetricsKit;

/// <summary>Reads every exported series of a host once.</summary>
/// <remarks>
/// Names are given out under a lock, since a metric that is first recorded asks for one between two snapshots.
/// I3, I4: cells are summed under the process's reading lock, over every store, in one pass of vector adds over whole blocks.
/// </remarks>
sealed class SnapshotBuilder
{
    readonly InstrumentRegistry _registry;
    readonly string _prefix;
    readonly ImmutableArray<KeyValuePair<string, string>> _constantTags;

    // Guarded by the lock; the list of conflicts is replaced by a longer one.
    readonly Lock _naming = new();
    readonly Dictionary<Instrument, FamilyDescriptor?> _families = [];
    readonly FamilyClaims _claims = new();
    volatile NameConflict[] _conflicts = [];

    // Of the slices of the snapshot being built.
    readonly List<SeriesTable> _tables = [];
    readonly List<SeriesIndex> _indexes = [];
    readonly List<int> _sources = [];
    ChunkList _chunks;

    internal SnapshotBuilder(InstrumentRegistry registry, string prefix, ImmutableArray<KeyValuePair<string, string>> constantTags)
    {
        _registry = registry;
        _prefix = prefix;
        _constantTags = constantTags;
        registry.Claim = TryClaim;
        registry.Released = Release;
    }

    /// <summary>Instruments that are not exported because another has their name; the first one keeps it.</summary>
    internal IReadOnlyList<NameConflict> Conflicts => _conflicts;

    /// <summary>Meters that are the kit's own carry no prefix.</summary>
    internal const string OwnMeter = "MetricsKit";

    internal void Build(SnapshotData into)
    {
        into.SliceCount = 0;
        into.Tags = _constantTags;
        Clear(); // the last read may have failed half way
        int numbers = 0;
        lock (_naming)
        {
            foreach (var meter in _registry.Meters)
            {
                foreach (var instrument in meter.All)
                {
                    if (instrument is { Exported: true } && DescriptorOf(instrument, meter) is { } family) AddSlice(into, family, TableOf(instrument), ref numbers);
                }
            }
        }
        if (into.Numbers.Length < numbers) into.Numbers = GC.AllocateUninitializedArray<long>(numbers + numbers / 8 + 64);
        lock (CellSpace.Reading)
        {
            CellSpace.Sweep(deadFor: 1, settle: true);
            for (int i = 0; i < into.SliceCount; i++)
            {
                if (_sources[i] == i) Read(ref into.Slices[i], _tables[i], _indexes[i], into.Numbers);
                else into.Slices[i] = into.Slices[_sources[i]] with { Family = into.Slices[i].Family }; // each value is read once, under however many names
            }
        }
        Clear(); // what has left an instrument is not held until the next snapshot (I7)
        _registry.SnapshotTaken?.Invoke();
    }

    /// <summary>An instrument has left: its name is free.</summary>
    void Release(Instrument gone)
    {
        lock (_naming)
        {
            if (_families.Remove(gone, out var family) && family is not null) _claims.Release(family.PrometheusName, gone.Definition);
        }
    }

    /// <summary>First wins, and who is there already is first, whether a snapshot has shown it or not.</summary>
    bool TryClaim(Instrument newcomer, MeterInstruments its)
    {
        lock (_naming)
        {
            foreach (var meter in _registry.Meters)
            {
                foreach (var instrument in meter.All)
                {
                    if (instrument is { Exported: true }) DescriptorOf(instrument, meter);
                }
            }
            if (DescriptorOf(newcomer, its) is not null) return true;
            _families.Remove(newcomer); // nobody will ask for it again
            return false;
        }
    }

    void Clear()
    {
        _tables.Clear();
        _indexes.Clear();
        _sources.Clear();
    }

    /// <summary>The series that an instrument shows: its own, or those of the instrument that it mirrors.</summary>
    SeriesTable? TableOf(Instrument instrument) =>
        instrument is MirrorInstrument && instrument.Definition.Source is { } source ? _registry.Find(source)?.Table : instrument.Table;

    void AddSlice(SnapshotData into, FamilyDescriptor family, SeriesTable? table, ref int numbers)
    {
        if (table is null) return;
        if (into.SliceCount == into.Slices.Length) Array.Resize(ref into.Slices, Math.Max(64, into.SliceCount * 2));
        int at = into.SliceCount++, shared = _tables.IndexOf(table);
        var index = table.Index;
        _tables.Add(table);
        _indexes.Add(index);
        _sources.Add(shared >= 0 ? shared : at);
        ref var slice = ref into.Slices[at];
        slice.Family = family;
        if (shared >= 0) return;
        slice.Count = index.Count; // I2: the count before the pages that hold at least as many
        slice.Pages = index.Pages;
        slice.OverflowCount = table.Overflow?.Count ?? 0;
        slice.OverflowPages = table.Overflow?.Index.Pages ?? [];
        slice.Run = table.RunLength;
        slice.IsDouble = table.Storage is SeriesStorage.Values or SeriesStorage.Sums;
        slice.IsSingle = table.Lifetimes is not null;
        slice.Offset = numbers;
        numbers += (slice.Count + slice.OverflowCount) * slice.Run;
    }

    void Read(ref FamilySlice slice, SeriesTable table, SeriesIndex index, long[] numbers)
    {
        var own = numbers.AsSpan(slice.Offset, slice.Count * slice.Run);
        var folded = numbers.AsSpan(slice.Offset + own.Length, slice.OverflowCount * slice.Run);
        Read(table, index, own);
        if (slice.OverflowCount > 0) Read(table.Overflow!, table.Overflow!.Index, folded);
        if (table.Lifetimes is not { } lifetimes) return;
        slice.Count = lifetimes.Age(table, index, own, slice.Count, out slice.Pages);
        folded.CopyTo(numbers.AsSpan(slice.Offset + slice.Count * slice.Run));
    }

    void Read(SeriesTable table, SeriesIndex index, Span<long> numbers)
    {
        int run = table.RunLength, last = -1;
        foreach (var block in index.Blocks)
        {
            int length = Math.Min(block.Labels.Capacity * run, numbers.Length);
            if (length == 0) break;
            var totals = numbers[..length];
            numbers = numbers[length..];
            if (block.Cells is not { } cells)
            {
                for (int i = 0; i < length; i++) totals[i] = BitConverter.DoubleToInt64Bits(Volatile.Read(ref block.Values![i]));
                continue;
            }
            int number = cells.Start >> CellChunk.Shift;
            if (number != last)
            {
                _chunks.Clear();
                CellSpace.AppendChunks(number, ref _chunks);
                last = number;
            }
            if (table.Storage is SeriesStorage.Histograms or SeriesStorage.Sums) CellSums.Histograms(_chunks.Items, cells.Start, run, totals, block.PublishedSums);
            else CellSums.Longs(_chunks.Items, cells.Start, totals);
        }
    }

    /// <summary>The family of an instrument; null when its name is taken. Decided once, in the name space of OpenMetrics, where <c>x</c> and <c>x_total</c> are one family.</summary>
    FamilyDescriptor? DescriptorOf(Instrument instrument, MeterInstruments meter) =>
        _families.TryGetValue(instrument, out var known) ? known : Describe(instrument, meter); // apart: its lambdas would allocate for every instrument of every snapshot

    FamilyDescriptor? Describe(Instrument instrument, MeterInstruments meter)
    {
        var row = instrument.Definition;
        if (instrument.Name != row.Name) row = row with { Name = instrument.Name, PrometheusName = null }; // a view's name takes the place of both
        bool own = meter.Definition.Name == OwnMeter;
        string name = PrometheusName.Of(row, own || meter.IsForeign ? "" : _prefix);
        FamilyDescriptor? family = null;
        if (_claims.Claim(name, row) is { } first) _conflicts = [.. _conflicts, new(row.Name, meter.Definition.Name, name, first)];
        else
        {
            var constant = own || _constantTags.IsEmpty ? [] : _constantTags.Where(t => !row.TagKeys.Any(k => PrometheusName.OfTag(k.Name) == PrometheusName.OfTag(t.Key))).ToImmutableArray();
            var bounds = instrument is MirrorInstrument && row.Source is { } source ? _registry.Find(source)?.Bounds ?? [] : instrument.Bounds;
            family = new(row, meter.Definition.Name, name, bounds, constant);
        }
        _families[instrument] = family;
        return family;
    }
}

/// <summary>An instrument that is not exported because another has its name.</summary>
/// <param name="Instrument">The one that is left out.</param>
/// <param name="Meter">Its meter.</param>
/// <param name="PrometheusName">The name it wanted.</param>
/// <param name="First">The instrument that has the name.</param>
sealed record NameConflict(string Instrument, string Meter, string PrometheusName, string First);
