using System.Runtime.CompilerServices;

namespace MetricsKit;

/// <summary>Everything that is kept per thread.</summary>
static class ThreadCells
{
    /// <summary>The lane of the calling thread; 0 until it first records, and while it shares stripes. Once it is set it stays.</summary>
    /// <remarks>The only thread static of the recording path, and a number: a reference would cost a check and two more loads before the cell is known.</remarks>
    [ThreadStatic] internal static int Lane;

    [ThreadStatic] static ThreadStore? _own;
    [ThreadStatic] static int _refusedAt;

    /// <summary>The store of the calling thread, entered on first use; null while it has to share (I6).</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static ThreadStore? Own()
    {
        if (_own is { } own) return own;
        int freed = CellSpace.FreedStores; // never 0, so that a thread which was not refused yet tries
        if (_refusedAt == freed) return null;
        own = CellSpace.Enter(Thread.CurrentThread);
        if (own is null)
        {
            _refusedAt = freed;
            return null;
        }
        _own = own;
        Lane = own.Lane;
        return own;
    }
}
