using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace MetricsKit.Benchmarks;

/// <summary>The floor of a handle: a cell of the calling thread, written by hand, and the same with the question whether anybody listens.</summary>
/// <remarks>The question cannot be taken out of the product, so its price is measured on this twin.</remarks>
sealed class HandWrittenSeries(int index, Counter<long> inner)
{
    const int Shift = 8, Mask = (1 << Shift) - 1;

    [ThreadStatic] static long[]?[]? _chunks;

    readonly int _index = index;
    readonly Counter<long> _inner = inner;
    long _seen;

    /// <summary>Only the look-up of what belongs to the calling thread.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void LookUp(long delta)
    {
        if (_chunks is null) Make();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(long delta)
    {
        var chunks = _chunks;
        if (!TryAdd(chunks, delta)) Make();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void AddAndAsk(long delta)
    {
        var chunks = _chunks;
        if (!TryAdd(chunks, delta)) Make();
        if (_inner.Enabled) Forward(delta);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    bool TryAdd(long[]?[]? chunks, long delta)
    {
        if (chunks is null || (uint)(_index >> Shift) >= (uint)chunks.Length || chunks[_index >> Shift] is not { } chunk) return false;
        ref long cell = ref chunk[_index & Mask];
        long sum = cell + delta;
        if ((sum | delta) < 0) return false;
        cell = sum;
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    void Make()
    {
        var chunks = new long[]?[(_index >> Shift) + 1];
        chunks[_index >> Shift] = new long[1 << Shift];
        _chunks = chunks;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    void Forward(long delta)
    {
        _seen++;
        _inner.Add(delta);
    }
}
