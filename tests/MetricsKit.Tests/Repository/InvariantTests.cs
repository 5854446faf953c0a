using System.Text.RegularExpressions;
using Xunit;

namespace MetricsKit.Tests.Repository;

/// <summary>
/// What no test can see by running: orders of memory that this processor keeps anyway, and references that its collector happens not to need.
/// Here the code is read instead.
/// </summary>
public sealed partial class InvariantTests
{
    // Files that order memory for other reasons than the cells' invariants, each with the reason.
    static readonly Dictionary<string, string> _elsewhere = new()
    {
        ["src/MetricsKit/Aggregation/CollectorMonitor.cs"] = "The collectors' schedule.",
        ["src/MetricsKit/Aggregation/CollectorMonitor.Watching.cs"] = "The collectors' schedule.",
        ["src/MetricsKit/Aggregation/CollectorPass.cs"] = "The collectors' schedule.",
        ["src/MetricsKit/Aggregation/CollectorFaults.cs"] = "Counts faults.",
        ["src/MetricsKit/Aggregation/CollectorState.cs"] = "The collectors' schedule.",
        ["src/MetricsKit/Aggregation/CollectorThread.cs"] = "The collectors' schedule.",
        ["src/MetricsKit/Aggregation/SnapshotSource.cs"] = "Counts reads.",
        ["src/MetricsKit/Instruments/DerivedGauge.cs"] = "A gauge like any other, set by its own timer.",
        ["src/MetricsKit/Instruments/InstrumentRegistry.cs"] = "Publishes meters, once each.",
        ["src/MetricsKit/Instruments/MeterInstruments.cs"] = "Publishes instruments, once each.",
        ["src/MetricsKit/Instruments/ObservableInstrument.cs"] = "A gauge like any other, set by its collector.",
        ["src/MetricsKit/Instruments/CollectorRound.cs"] = "A gauge like any other, set by its collector.",
        ["src/MetricsKit/Instruments/ObservationRound.cs"] = "Gives calls up.",
    };

    // Lines that serve an invariant by where they stand and order no memory themselves.
    static readonly string[] _byPlace =
    [
        "I4: the sum first; both are full fences",
        "I2: the count before the pages that hold at least as many",
    ];

    static IEnumerable<(string Path, string Text)> Cells => SourceTree.CSharp("src/MetricsKit/Instruments").Concat(SourceTree.CSharp("src/MetricsKit/Aggregation"));

    [Fact]
    [Trait("Invariant", "I1")]
    public void RecordingPath_OfCellsThatOneThreadOwns_HasNoLockAndNothingInterlocked()
    {
        var path = Cells.Where(static f => Path.GetFileName(f.Path) is "ThreadStore.cs" or "ThreadCells.cs" or "TaggedCall.cs" || Recorder.IsMatch(f.Path)).ToList();
        Assert.Equal(11, path.Count);
        Assert.Empty(path.Where(static f => Contending.IsMatch(SourceCode.Bare(f.Text))).Select(static f => f.Path));
    }

    [Fact]
    [Trait("Invariant", "I7b")]
    public void RecordingPath_ThatWritesACell_KeepsItsOwnerAliveUntilThen()
    {
        var path = Cells.Where(static f => Recorder.IsMatch(f.Path) && !Path.GetFileName(f.Path).StartsWith("Gauge", StringComparison.Ordinal)).ToList(); // a gauge's values are an array, alive by themselves
        Assert.Equal(6, path.Count);
        Assert.Empty(path.SelectMany(static f => Forwarding.Matches(f.Text).Where(static m => !m.Groups["kept"].Success).Select(m => $"{f.Path}: {m.Value.Trim()}")));
        Assert.Equal(15, path.Sum(static f => Forwarding.Count(f.Text)));
    }

    [Fact]
    public void Files_ThatOrderMemory_NameTheInvariantsTheyServe() =>
        Assert.Empty(Cells.Where(static f => Ordering.IsMatch(SourceCode.Bare(f.Text)) && !_elsewhere.ContainsKey(f.Path) && !Comment.Matches(f.Text).Any(static c => Invariant.IsMatch(c.Value))).Select(static f => f.Path));

    [Fact]
    public void Lines_ThatPromiseAnOrderOfMemory_KeepIt() =>
        Assert.Empty(from f in Cells
                     from line in f.Text.Split('\n')
                     where Promise.IsMatch(line) && !Ordering.IsMatch(line) && !_byPlace.Any(line.Contains)
                     select $"{f.Path}: {line.Trim()}");

    [Theory]
    [InlineData("Volatile.Write(ref count, count + 1); // I4", 2)] // both ways of recording a histogram
    [InlineData("Volatile.ReadBarrier(); // I4", 1)] // the reader
    [InlineData("Interlocked.MemoryBarrierProcessWide(); // I5", 2)] // who adopts and who folds
    [InlineData("Interlocked.MemoryBarrier(); // I7", 2)] // who puts a call into a cache, and who takes leaving series out
    [Trait("Invariant", "I4")]
    [Trait("Invariant", "I5")]
    [Trait("Invariant", "I7")]
    public void Fences_ThatThisProcessorHardlyNeeds_AreStillThere(string fence, int least) =>
        Assert.InRange(Cells.Sum(f => f.Text.Split(fence).Length - 1), least, int.MaxValue);

    [Fact]
    public void Lines_ThatPromiseAnOrderOfMemory_AreStillThere() =>
        Assert.InRange(Cells.Sum(static f => f.Text.Split('\n').Count(static line => Promise.IsMatch(line))), 15, int.MaxValue);

    [GeneratedRegex(@"/(Counter|UpDownCounter|Gauge|Histogram)(Series|Instrument)\.cs$")]
    static partial Regex Recorder { get; }

    [GeneratedRegex(@"\bInterlocked\b|\block\s*\(|\bMonitor\s*\.|\bMutex\b|\bSemaphore|\bEnterScope\b")]
    static partial Regex Contending { get; }

    // The end of each public way of recording: who listens is asked, then the owner of the cells is kept.
    [GeneratedRegex(@"if \(_inner\.Enabled[^\n]*\n(?<kept>\s*GC\.KeepAlive\((this|place\.Cells)\); // (I7, )?I7b)?")]
    static partial Regex Forwarding { get; }

    [GeneratedRegex(@"\b(Volatile|Interlocked|Thread\.MemoryBarrier)\b|\bvolatile\b")]
    static partial Regex Ordering { get; }

    [GeneratedRegex(@"//.*")]
    static partial Regex Comment { get; }

    [GeneratedRegex(@"\bI\d+b?\b")]
    static partial Regex Invariant { get; }

    // Code followed by a comment that names one of the invariants about order.
    [GeneratedRegex(@"\S.*[;{)] // I[245]\b")]
    static partial Regex Promise { get; }
}
