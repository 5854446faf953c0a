using System.Runtime.CompilerServices;

namespace MetricsKit;

/// <summary>Samples of one thread, in the order in which it recorded them.</summary>
/// <remarks>
/// R1: only the thread that holds a block appends to it, with plain stores; the count is published behind the sample (release), so whoever reads a count sees the samples below it.
/// R2: what is below the published count never changes while the block is out: the pump reads the front of a block that its thread goes on filling.
/// R3: a block leaves its thread once, by whoever moves <see cref="_fate"/> first: the thread when it is full, or the pump that revokes it (an idle thread, the end of the recorder).
/// To revoke it sets the limit to 0, then comes a fence of the whole process, then it fixes how many samples count. A thread publishes, then reads the limit:
/// either its publication was before the fence and its sample counts, or it sees the limit, asks what was fixed, and records again elsewhere what did not count.
/// R4: a block that was full and read to its end is used again. One that was revoked is not, since its thread may be about to write into it.
/// </remarks>
sealed class SampleBlock(MetricRecorder recorder, int size)
{
    const int Filling = -1;
    const int HandedOver = -2;

    readonly RecordedSample[] _items = new RecordedSample[size];

    internal readonly MetricRecorder Recorder = recorder;

    // The owner's; the pump reads the count, and sets the limit to 0 to revoke.
    internal SampleProducer? Producer;
    int _count;
    int _limit;
    SampleSeries[]? _kept;
    int _keptCount;

    int _fate = Filling;

    /// <summary>How many samples were read: by the pump, or by whoever took the block out of the queue of full ones.</summary>
    internal int Taken;

    /// <summary>What the block added to the samples that are pending when it was queued.</summary>
    internal int Pending;

    internal int Size => _items.Length;

    /// <summary>How much of the recorder's room it takes while it is out: a large block stands in for a small one.</summary>
    internal int Room { get; private set; } = size;

    internal int Count => Volatile.Read(ref _count); // R1

    /// <summary>Whose it is; whoever sees that sees the limit that was lent with it, and may set it to 0.</summary>
    internal SampleProducer? Owner => Volatile.Read(ref Producer);

    /// <summary>How many samples were not read, for the ledger; fewer while the block is read or changes hands, never more.</summary>
    internal int Waiting
    {
        get
        {
            int taken = Volatile.Read(ref Taken); // first: one that was used again since has a smaller count, too
            return Math.Max(0, Count - taken);
        }
    }

    internal bool IsHandedOver => Volatile.Read(ref _fate) == HandedOver;

    /// <summary>Whether the thread still fills it: it may have handed it over, even to another thread, and not have let go of it.</summary>
    internal bool IsFilledBy(SampleProducer producer) => !IsRevoked && ReferenceEquals(Owner, producer) && Volatile.Read(ref _fate) == Filling;

    internal bool IsRevoked => Volatile.Read(ref _limit) == 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Append(int series, DateTime timestamp, double value)
    {
        int at = _count;
        _items[at] = new(timestamp, value, series);
        Volatile.Write(ref _count, at + 1); // R1
        return at + 1 < Volatile.Read(ref _limit) || Producer!.Finish(this, at); // R3
    }

    /// <summary>Keeps a series that the recorder forgets, until the block is used again; what stands for it here. R1 publishes it with its sample.</summary>
    internal int Keep(SampleSeries series)
    {
        _kept ??= new SampleSeries[_items.Length];
        _kept[_keptCount] = series;
        return ~_keptCount++;
    }

    /// <summary>A sample below a published count.</summary>
    internal Sample Restore(int at, SampleSeries[] known)
    {
        ref var item = ref _items[at];
        return new(item.Series >= 0 ? known[item.Series] : _kept![~item.Series], item.Timestamp, item.Value);
    }

    internal void Lend(SampleProducer to, int room, int limit)
    {
        Room = room;
        _limit = limit;
        Volatile.Write(ref Producer, to);
    }

    /// <summary>R3, by the thread: true when the block is its own to hand over; else the pump has it.</summary>
    internal bool TryHandOver() => Interlocked.CompareExchange(ref _fate, HandedOver, Filling) == Filling;

    /// <summary>R3, by the thread that found the block revoked: whether its sample counts.</summary>
    internal bool CountsAfterRevocation(int at)
    {
        int fixedCount = Interlocked.CompareExchange(ref _fate, at + 1, Filling);
        return fixedCount == Filling || fixedCount > at;
    }

    /// <summary>R3, by the pump: no more room. A fence of the whole process has to follow.</summary>
    internal void Revoke() => Volatile.Write(ref _limit, 0);

    /// <summary>R3, by the pump, behind the fence: how many samples count; none when the thread was faster and handed the block over.</summary>
    internal int? FixCount()
    {
        int count = Count;
        int fate = Interlocked.CompareExchange(ref _fate, count, Filling);
        return fate == Filling ? count : fate == HandedOver ? null : fate;
    }

    /// <summary>R4: ready for another thread. Samples stay until they are overwritten, since memory that the pump has written is slower for the next thread to write.</summary>
    internal void Clear()
    {
        if (_keptCount > 0) _kept.AsSpan(0, _keptCount).Clear(); // or spare blocks would keep series that nobody else does
        _count = Taken = _keptCount = 0;
        _fate = Filling;
        Producer = null;
    }
}
