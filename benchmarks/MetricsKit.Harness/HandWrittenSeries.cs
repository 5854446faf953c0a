using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace MetricsKit.Benchmarks;

/// <summary>The floor of a handle: a cell of the calling thread, found by a number of the thread and written by hand, and the same with the question whether anybody listens.</summary>
/// <remarks>The question cannot be taken out of the product, so its price is measured on this twin.</remarks>
sealed class HandWrittenSeries(int index, Counter<long> inner)
{
    const int Size = 256;

    static int _threads;

    [ThreadStatic] static int _lane;

    readonly int _index = index;
    readonly Counter<long> _inner = inner;
    long[]?[] _chunks = new long[]?[8];

    /// <summary>Only the look-up of what belongs to the calling thread.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void LookUp(long delta)
    {
        if (_lane == 0) Make();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(long delta)
    {
        int lane = _lane;
        if (!TryAdd(lane, delta)) Make();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void AddAndAsk(long delta)
    {
        int lane = _lane;
        if (!TryAdd(lane, delta)) Make();
        if (_inner.Enabled) Forward(delta);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    bool TryAdd(int lane, long delta)
    {
        var chunks = _chunks;
        if ((uint)lane >= (uint)chunks.Length || chunks[lane] is not { } chunk) return false;
        ref long cell = ref chunk[_index & (Size - 1)];
        long sum = cell + delta;
        if ((sum | delta) < 0) return false;
        cell = sum;
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    void Make()
    {
        if (_lane == 0) _lane = Interlocked.Increment(ref _threads);
        lock (this)
        {
            if (_lane >= _chunks.Length) Array.Resize(ref _chunks, _lane * 2);
            _chunks[_lane] ??= new long[Size];
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    void Forward(long delta) => _inner.Add(delta);
}
