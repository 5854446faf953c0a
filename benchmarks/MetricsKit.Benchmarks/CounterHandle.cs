using BenchmarkDotNet.Attributes;
using static MetricsKit.Benchmarks.OrdinaryInstruments;

namespace MetricsKit.Benchmarks;

/// <summary>One series of a counter through a handle, beside calls with two tags of libraries that have no handles.</summary>
/// <remarks>
/// Design logic: "Loop" is what the compiler makes of a call in a tight loop, "Call" goes through a method that is not inlined, as in an application; an empty call is the floor.
/// Excluded from measurement: the binding of the handle, the first touch of its cell, reading and export.
/// </remarks>
[GroupBenchmarksBy(BenchmarkDotNet.Configs.BenchmarkLogicalGroupRule.ByCategory)]
public class CounterHandle
{
    const int N = 1 << 14;

    readonly CounterSeries _series = BenchmarkMeter.Start().Tagged.Bind("door", "north");
    readonly OrdinaryInstruments _unheard = Unheard(), _sdk = HeardBySdk();

    [Benchmark(Baseline = true, OperationsPerInvoke = N), BenchmarkCategory("Loop")]
    public void LoopKit()
    {
        var series = _series;
        for (int i = 0; i < N; i++) series.Add(1);
    }

    [Benchmark(OperationsPerInvoke = N), BenchmarkCategory("Loop")]
    public void LoopUnheard()
    {
        var counter = _unheard.Tagged;
        for (int i = 0; i < N; i++) counter.Add(1, Type("door"), Zone("north"));
    }

    [Benchmark(OperationsPerInvoke = N), BenchmarkCategory("Loop")]
    public void LoopSdk()
    {
        var counter = _sdk.Tagged;
        for (int i = 0; i < N; i++) counter.Add(1, Type("door"), Zone("north"));
    }

    [Benchmark(OperationsPerInvoke = N), BenchmarkCategory("Call")]
    public void CallOfNothing()
    {
        for (int i = 0; i < N; i++) Calls.Nothing(_series, 1);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = N), BenchmarkCategory("Call")]
    public void CallKit()
    {
        for (int i = 0; i < N; i++) Calls.Add(_series, 1);
    }

    [Benchmark(OperationsPerInvoke = N), BenchmarkCategory("Call")]
    public void CallUnheard()
    {
        for (int i = 0; i < N; i++) Calls.Add(_unheard.Tagged, "door", "north");
    }

    [Benchmark(OperationsPerInvoke = N), BenchmarkCategory("Call")]
    public void CallSdkUntagged()
    {
        for (int i = 0; i < N; i++) Calls.Add(_sdk.Untagged);
    }

    [Benchmark(OperationsPerInvoke = N), BenchmarkCategory("Call")]
    public void CallSdk()
    {
        for (int i = 0; i < N; i++) Calls.Add(_sdk.Tagged, "door", "north");
    }
}
