using System.Globalization;
using System.Runtime.CompilerServices;
using MetricsKit.Tests.Instruments;
using Xunit;

namespace MetricsKit.Tests.Invariants;

/// <summary>Hosts that come and go where nobody ever takes a snapshot.</summary>
[Collection(nameof(ProcessWide))] // it waits for the garbage collector
public sealed class UnreadHostTests
{
    [Fact]
    [Trait("Invariant", "I7b")]
    public void Cells_OfHostsThatNobodyEverRead_AreHandedOutAgain()
    {
        const int Hosts = 60;
        HashSet<int> runs = [];
        int made = 0;
        for (int host = 0; host < Hosts; host++)
        {
            made += RecordAndForget(runs);
            for (int i = 0; i < 2; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        }
        Assert.InRange(runs.Count, 1, made / 3);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static int RecordAndForget(HashSet<int> runs)
    {
        const int Series = 100;
        using var rig = Rig.Of(Define.Histogram("t", "s", "T.", TagKey.Open("a")));
        for (int i = 0; i < Series; i++) rig.Instrument.Record(1, i.ToString(CultureInfo.InvariantCulture));
        int blocks = 0;
        foreach (var block in rig.Instrument.Table!.Index.Blocks)
        {
            runs.Add(block.Cells!.Start);
            blocks++;
        }
        return blocks;
    }
}
