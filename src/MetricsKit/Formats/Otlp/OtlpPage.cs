using System.Runtime.CompilerServices;

namespace MetricsKit;

/// <summary>What one exporter keeps of a page of series: their attributes as they are written, and for deltas what was settled.</summary>
/// <remarks>
/// Not on the page itself: an instrument that is exported twice, or to two receivers, or under the names of the conventions, has other attributes and another baseline each time.
/// </remarks>
sealed class OtlpPage(LabelPage page, int run)
{
    internal LabelPage Labels => page;

    /// <summary>The attributes of the first <see cref="_rendered"/> series one behind the other, and behind them room for a copy in whole vectors.</summary>
    internal byte[] Attributes = [];

    /// <summary>Where those of each series end; they begin where the ones before end.</summary>
    internal readonly int[] Ends = new int[page.Capacity];

    int _rendered;

    // Deltas alone; null until something was settled, which stands for zero.
    long[]? _baseline;
    ulong[]? _settled;

    /// <summary>Whether anything was settled, so that the page must be known again when it comes back.</summary>
    internal bool HasBaseline => _baseline is not null;

    internal int BeginOf(int at) => at == 0 ? 0 : Ends[at - 1];

    internal ReadOnlySpan<byte> AttributesOf(int at) => Attributes.AsSpan(BeginOf(at)..Ends[at]);

    /// <summary>The numbers that the receiver knows of a series; empty for none.</summary>
    internal ReadOnlySpan<long> BaselineOf(int at) => _baseline is null ? [] : _baseline.AsSpan(at * run, run);

    /// <summary>The time of the point that was settled last, in nanoseconds since 1970; 0: none was.</summary>
    internal ulong SettledAt(int at) => _settled is null ? 0 : _settled[at];

    internal void Settle(int at, ReadOnlySpan<long> numbers, ulong time)
    {
        _baseline ??= new long[page.Capacity * run];
        _settled ??= new ulong[page.Capacity];
        numbers.CopyTo(_baseline.AsSpan(at * run));
        _settled[at] = time;
    }

    /// <summary>Renders the attributes of as many series.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Render(OtlpFamily family, int count, WireBytes scratch)
    {
        if (_rendered >= count) return;
        int before = _rendered == 0 ? 0 : Ends[_rendered - 1];
        scratch.End = 0;
        scratch.Put(Attributes.AsSpan(0, before));
        for (int i = _rendered; i < count; i++)
        {
            family.PutAttributes(page, i, scratch);
            Ends[i] = scratch.End;
        }
        Attributes = GC.AllocateUninitializedArray<byte>(scratch.End + TextBytes.Padding);
        scratch.Written.CopyTo(Attributes);
        _rendered = count;
    }
}
