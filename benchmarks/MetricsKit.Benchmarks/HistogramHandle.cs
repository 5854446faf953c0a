using BenchmarkDotNet.Attributes;

namespace MetricsKit.Benchmarks;

/// <summary>A histogram with 14 bounds through a handle, beside calls with two tags of libraries that have no handles.</summary>
/// <remarks>
/// Design logic: 2^18 random values from 1 ms to 30 s; a short or periodic list would be learned by the branch predictor, and a linear or binary search would look free.
/// Excluded from measurement: the binding of the handle, reading and export. Reading the value from memory is part of every row.
/// </remarks>
public class HistogramHandle
{
    const int N = 1 << 14;

    readonly HistogramSeries _series = BenchmarkMeter.Start().Durations.Bind("door", "north");
    readonly OrdinaryInstruments _unheard = OrdinaryInstruments.Unheard(), _sdk = OrdinaryInstruments.HeardBySdk();
    readonly double[] _values = Inputs.Values();
    int _at;

    [Benchmark(Baseline = true, OperationsPerInvoke = N)]
    public void Kit()
    {
        for (int i = 0; i < N; i++) Calls.Record(_series, _values[_at + i & Inputs.Mask]);
        _at += N;
    }

    [Benchmark(OperationsPerInvoke = N)]
    public void Unheard()
    {
        for (int i = 0; i < N; i++) Calls.Record(_unheard.Durations, _values[_at + i & Inputs.Mask]);
        _at += N;
    }

    [Benchmark(OperationsPerInvoke = N)]
    public void Sdk()
    {
        for (int i = 0; i < N; i++) Calls.Record(_sdk.Durations, _values[_at + i & Inputs.Mask]);
        _at += N;
    }
}
