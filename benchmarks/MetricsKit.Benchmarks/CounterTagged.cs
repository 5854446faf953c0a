using BenchmarkDotNet.Attributes;
using static MetricsKit.Benchmarks.OrdinaryInstruments;

namespace MetricsKit.Benchmarks;

/// <summary>A counter that is called with two tags.</summary>
/// <remarks>
/// Design logic: the cases differ in what a cache can know: the same literals, 64 pairs in turn or at random, equal text in other objects, an enumeration as second tag, and pairs past the limit of series.
/// Excluded from measurement: the first call with each pair, reading and export.
/// </remarks>
[GroupBenchmarksBy(BenchmarkDotNet.Configs.BenchmarkLogicalGroupRule.ByCategory)]
public class CounterTagged
{
    const int N = 1 << 14, Pairs = BenchmarkMeter.Pairs, Mask = Pairs - 1;

    readonly BenchmarkMeter _kit = BenchmarkMeter.Start();
    readonly OrdinaryInstruments _unheard = Unheard(), _sdk = HeardBySdk();
    readonly string[] _types = Inputs.Texts("type-"), _zones = Inputs.Texts("zone-");
    readonly int[] _random = Inputs.PairNumbers();
    readonly string _otherType = Inputs.Copy("door"), _otherZone = Inputs.Copy("north");
    readonly string[] _newcomers = Inputs.Texts("newcomer-");
    int _at;

    public CounterTagged()
    {
        Calls.Add(_kit.Tagged, "door", "north");
        Calls.Add(_sdk.Tagged, "door", "north");
        foreach (string text in Inputs.Texts("resident-")) Calls.Add(_kit.Limited, text, text);
        foreach (string text in Inputs.Texts("resident-", SdkLimit)) Calls.Add(_sdk.Limited, text, text);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = N), BenchmarkCategory("Same literals")]
    public void LiteralsKit()
    {
        for (int i = 0; i < N; i++) Calls.Add(_kit.Tagged, "door", "north");
    }

    [Benchmark(OperationsPerInvoke = N), BenchmarkCategory("Same literals")]
    public void LiteralsUnheard()
    {
        for (int i = 0; i < N; i++) Calls.Add(_unheard.Tagged, "door", "north");
    }

    [Benchmark(OperationsPerInvoke = N), BenchmarkCategory("Same literals")]
    public void LiteralsSdk()
    {
        for (int i = 0; i < N; i++) Calls.Add(_sdk.Tagged, "door", "north");
    }

    [Benchmark(OperationsPerInvoke = N), BenchmarkCategory("Same literals")]
    public void EnumKit()
    {
        for (int i = 0; i < N; i++) Calls.Add(_kit.Closed, "door", Severity.Warning);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = N), BenchmarkCategory("64 pairs in turn")]
    public void PairsKit()
    {
        for (int i = 0; i < N; i++) Calls.Add(_kit.Tagged, _types[i & Mask], _zones[i & Mask]);
    }

    [Benchmark(OperationsPerInvoke = N), BenchmarkCategory("64 pairs in turn")]
    public void PairsSdk()
    {
        for (int i = 0; i < N; i++) Calls.Add(_sdk.Tagged, _types[i & Mask], _zones[i & Mask]);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = N), BenchmarkCategory("64 pairs at random")]
    public void RandomKit()
    {
        for (int i = 0; i < N; i++) Calls.Add(_kit.Tagged, _types[_random[_at + i & Inputs.Mask]], _zones[_random[_at + i & Inputs.Mask]]);
        _at += N;
    }

    [Benchmark(OperationsPerInvoke = N), BenchmarkCategory("64 pairs at random")]
    public void RandomSdk()
    {
        for (int i = 0; i < N; i++) Calls.Add(_sdk.Tagged, _types[_random[_at + i & Inputs.Mask]], _zones[_random[_at + i & Inputs.Mask]]);
        _at += N;
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = N), BenchmarkCategory("Equal text, other objects")]
    public void EqualTextKit()
    {
        for (int i = 0; i < N; i++) Calls.Add(_kit.Tagged, _otherType, _otherZone);
    }

    [Benchmark(OperationsPerInvoke = N), BenchmarkCategory("Equal text, other objects")]
    public void EqualTextSdk()
    {
        for (int i = 0; i < N; i++) Calls.Add(_sdk.Tagged, _otherType, _otherZone);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = N), BenchmarkCategory("Past the limit")]
    public void LimitKit()
    {
        for (int i = 0; i < N; i++) Calls.Add(_kit.Limited, _newcomers[i & Mask], _zones[i & Mask]);
    }

    [Benchmark(OperationsPerInvoke = N), BenchmarkCategory("Past the limit")]
    public void LimitSdk()
    {
        for (int i = 0; i < N; i++) Calls.Add(_sdk.Limited, _newcomers[i & Mask], _zones[i & Mask]);
    }
}
