using BenchmarkDotNet.Attributes;

namespace MetricsKit.Benchmarks;

/// <summary>Setting a gauge through a handle, beside calls with two tags of libraries that have no handles.</summary>
/// <remarks>
/// Design logic: one shared cell, of which the last store wins; all rows go through a method that is not inlined.
/// Excluded from measurement: the binding of the handle, reading and export.
/// </remarks>
public class GaugeSet
{
    const int N = 1 << 14;

    readonly GaugeSeries _series = BenchmarkMeter.Start().Level.Bind("door", "north");
    readonly OrdinaryInstruments _unheard = OrdinaryInstruments.Unheard(), _sdk = OrdinaryInstruments.HeardBySdk();

    [Benchmark(Baseline = true, OperationsPerInvoke = N)]
    public void Kit()
    {
        for (int i = 0; i < N; i++) Calls.Set(_series, i);
    }

    [Benchmark(OperationsPerInvoke = N)]
    public void Unheard()
    {
        for (int i = 0; i < N; i++) Calls.Set(_unheard.Level, i);
    }

    [Benchmark(OperationsPerInvoke = N)]
    public void Sdk()
    {
        for (int i = 0; i < N; i++) Calls.Set(_sdk.Level, i);
    }
}
