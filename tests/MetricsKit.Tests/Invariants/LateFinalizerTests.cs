using System.Globalization;
using System.Runtime.CompilerServices;
using MetricsKit.Tests.Instruments;
using Xunit;

namespace MetricsKit.Tests.Invariants;

/// <summary>Finalizers that record through a handle of a host that is gone, again and again.</summary>
[Collection(nameof(ProcessWide))] // it waits for the garbage collector
public sealed class LateFinalizerTests
{
    const int Series = 300;

    static readonly TagKey<string> A = TagKey.Open("a");

    [Fact]
    [Trait("Invariant", "I7b")]
    public void Finalizer_ThatRegistersAnew_WritesIntoNobodysCells()
    {
        StrongBox<bool> ended = new(false);
        Leave(ended);
        for (int i = 0; i < 4; i++) Collect();
        List<Rig<CounterInstrument<string>>> rigs = [];
        try
        {
            for (int i = 0; i < 10; i++)
            {
                rigs.Add(Rig.Of(Define.Counter("t", "1", "T.", A)));
                for (int series = 0; series < Series; series++) rigs[^1].Instrument.Bind(Name(series));
                rigs[^1].Read();
            }
            Collect();
            Collect();
            Assert.All(rigs, static rig => Assert.All(rig.Read().Values, static value => Assert.Equal(0, value)));
        }
        finally
        {
            Volatile.Write(ref ended.Value, true);
            rigs.ForEach(static r => r.Dispose());
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Leave(StrongBox<bool> ended)
    {
        using var rig = Rig.Of(Define.Counter("t", "1", "T.", A));
        for (int i = 0; i < Series; i++) _ = new Undying(rig.Instrument.Bind(Name(i)), ended);
        rig.Read();
    }

    static string Name(int series) => series.ToString(CultureInfo.InvariantCulture);

    static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    /// <summary>The pattern of who wants to hear of each collection.</summary>
    sealed class Undying(CounterSeries series, StrongBox<bool> ended)
    {
        ~Undying()
        {
            series.Add(1_000_000);
            if (!Volatile.Read(ref ended.Value)) GC.ReRegisterForFinalize(this);
        }
    }
}
