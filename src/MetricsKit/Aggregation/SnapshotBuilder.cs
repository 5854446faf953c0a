using System.Collections.Immutable;

namespace MetricsKit;

/// <summary>Reads every exported series of a host once.</summary>
/// <remarks>
/// I3, I4: cells are summed under the process's reading lock, over every store, in one pass of vector adds over whole blocks.
/// </remarks>
sealed class SnapshotBuilder
{
    readonly InstrumentRegistry _registry;
    readonly ImmutableArray<KeyValuePair<string, string>> _constantTags;
    readonly ResourceDescriptor _resource;
    readonly Func<bool> _measures;
    readonly FamilyNames _names;

    // Of the slices of the snapshot being built.
    readonly List<SeriesTable> _tables = [];
    readonly List<SeriesIndex> _indexes = [];
    readonly List<int> _sources = [];
    readonly Dictionary<SeriesTable, int> _places = [];
    ChunkList _chunks;

    internal SnapshotBuilder(InstrumentRegistry registry, string prefix, ImmutableArray<KeyValuePair<string, string>> constantTags, ResourceDescriptor? resource = null, Func<bool>? measures = null)
    {
        _registry = registry;
        _constantTags = constantTags;
        _resource = resource ?? ResourceDescriptor.None;
        _measures = measures ?? (static () => true);
        _names = new(registry, prefix, constantTags.IsEmpty ? _resource.Labels : [.. constantTags, .. _resource.Labels]);
        if (_resource.ShowsTarget) _names.Reserve(new(TargetRow, new(OwnMeter, null, []), PrometheusName.Target, [], []));
        registry.Claim = TryClaim;
        registry.Released = Release;
        registry.Redescribed = Redescribe;
    }

    /// <summary>Instruments that Prometheus is not shown because another has their name, or not with their description; at most 1,000 of them are listed.</summary>
    internal IReadOnlyList<NameConflict> Conflicts
    {
        get { lock (_names.Lock) return _names.Conflicts.All; }
    }

    /// <summary>How many conflicts there are, listed or not.</summary>
    internal int ConflictCount
    {
        get { lock (_names.Lock) return _names.Conflicts.Count; }
    }

    /// <summary>The conflicts that nobody was told of yet, each once in the life of the host.</summary>
    internal IReadOnlyList<NameConflict> TakeNewConflicts()
    {
        lock (_names.Lock) return _names.Conflicts.TakeNews();
    }

    /// <summary>Meters that are the kit's own carry no prefix.</summary>
    internal const string OwnMeter = "MetricsKit";

    /// <summary>No instrument makes it: the text writer has it from the snapshot, and nobody else may have its name.</summary>
    static readonly InstrumentDefinition TargetRow = Define.Info(PrometheusName.TargetFamily, "What is measured.", TagKey.Open("service.name"));

    internal void Build(SnapshotData into)
    {
        into.AllCount = 0;
        into.Tags = _constantTags;
        into.Resource = _resource.Attributes;
        into.Measured = _measures() ? _resource : ResourceDescriptor.None; // who is switched off says that and no more
        Clear(); // the last read may have failed half way
        int numbers = 0;
        lock (_names.Lock)
        {
            _names.Settle();
            AddSlices(into, hasName: true, ref numbers);
            into.SliceCount = into.AllCount;
            if (_names.HasNameless) AddSlices(into, hasName: false, ref numbers);
        }
        if (into.Numbers.Length < numbers) into.Numbers = GC.AllocateUninitializedArray<long>(numbers + numbers / 8 + 64);
        lock (CellSpace.Reading)
        {
            CellSpace.Sweep(deadFor: 1, settle: true);
            for (int i = 0; i < into.AllCount; i++)
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
        lock (_names.Lock) _names.Release(gone);
    }

    void Redescribe(Instrument instrument, string meter)
    {
        lock (_names.Lock) _names.NoteDescription(instrument, meter);
    }

    /// <summary>First wins, and who is there already is first, whether a snapshot has shown it or not.</summary>
    bool TryClaim(Instrument newcomer, MeterInstruments its)
    {
        lock (_names.Lock)
        {
            foreach (var meter in _registry.Meters)
            {
                foreach (var instrument in meter.All)
                {
                    if (instrument is { Exported: true }) _names.Of(instrument, meter);
                }
            }
            return _names.TryClaim(newcomer, its);
        }
    }

    void Clear()
    {
        _tables.Clear();
        _indexes.Clear();
        _sources.Clear();
        _places.Clear();
    }

    /// <summary>The series that an instrument shows: its own, or those of the instrument that it mirrors.</summary>
    SeriesTable? TableOf(Instrument instrument) =>
        instrument is MirrorInstrument && instrument.Definition.Source is { } source ? _registry.Find(source)?.Table : instrument.Table;

    void AddSlices(SnapshotData into, bool hasName, ref int numbers)
    {
        foreach (var meter in _registry.Meters)
        {
            foreach (var instrument in meter.All)
            {
                if (instrument is { Exported: true } && (hasName ? _names.Of(instrument, meter) : _names.NamelessOf(instrument)) is { } family) AddSlice(into, family, TableOf(instrument), ref numbers);
            }
        }
    }

    void AddSlice(SnapshotData into, FamilyDescriptor family, SeriesTable? table, ref int numbers)
    {
        if (table is null) return;
        if (into.AllCount == into.Slices.Length) Array.Resize(ref into.Slices, Math.Max(64, into.AllCount * 2));
        int at = into.AllCount++, source = _places.TryAdd(table, at) ? at : _places[table]; // a mirror and its source have one table
        var index = table.Index;
        _tables.Add(table);
        _indexes.Add(index);
        _sources.Add(source);
        ref var slice = ref into.Slices[at];
        slice.Family = family;
        if (source != at) return;
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
}
