namespace MetricsKit;

/// <summary>A first-in, first-out queue that never has more than its bounds allow: what comes pushes out the oldest. Its owner locks.</summary>
/// <param name="maxWeight">Most weight that waits or is out.</param>
/// <param name="maxBytes">Most bytes that wait or are out.</param>
/// <param name="overflow">
/// The one place where what no longer fits leaves the queue. Today its owner drops and counts there; a durable spool takes over here,
/// and nowhere else. It runs inside the owner's lock, so it only notes what it was given.
/// </param>
/// <remarks>
/// One parcel at a time may be out, inside an attempt. It still counts against the bounds and is never pushed out; once it is
/// back at the head, between two attempts, it is the oldest and goes first. The newest parcel is always kept, so one that is larger than
/// the bounds passes when it is alone: dropping it on arrival would be a destination that never gets anything.
/// </remarks>
sealed class BoundedQueue<T>(long maxWeight, long maxBytes, Action<Parcel<T>> overflow)
{
    readonly Queue<Parcel<T>> _waiting = new();
    Parcel<T>? _returned; // older than all that wait
    Parcel<T>? _out;

    internal int Count => _waiting.Count + (_returned is null ? 0 : 1);

    /// <summary>What waits, without what is out.</summary>
    internal long Weight { get; private set; }

    internal long Bytes { get; private set; }

    /// <summary>The parcel inside an attempt.</summary>
    internal Parcel<T>? Out => _out;

    /// <summary>The oldest that has neither been settled nor pushed out; null when there is nothing.</summary>
    internal Parcel<T>? Oldest => _out ?? _returned ?? (_waiting.TryPeek(out var first) ? first : null);

    internal void Add(Parcel<T> parcel)
    {
        _waiting.Enqueue(parcel);
        Weight += parcel.Weight;
        Bytes += parcel.Bytes;
        Trim();
    }

    /// <summary>Takes out the oldest for an attempt; null when nothing waits. It ends with <see cref="Settle"/> or <see cref="GiveBack"/>.</summary>
    internal Parcel<T>? TakeOut() => _out = Dequeue();

    /// <summary>The attempt is over, and so is the parcel.</summary>
    internal void Settle() => _out = null;

    /// <summary>The attempt is over and the parcel waits for the next one, at the head.</summary>
    internal void GiveBack()
    {
        if (_out is not { } parcel) return;
        _out = null;
        _returned = parcel;
        Weight += parcel.Weight;
        Bytes += parcel.Bytes;
        Trim();
    }

    /// <summary>Removes the oldest that waits; null when nothing does.</summary>
    internal Parcel<T>? Dequeue()
    {
        var parcel = _returned;
        _returned = null;
        if (parcel is null && !_waiting.TryDequeue(out parcel)) return null;
        Weight -= parcel.Weight;
        Bytes -= parcel.Bytes;
        return parcel;
    }

    void Trim()
    {
        long weightOut = _out?.Weight ?? 0, bytesOut = _out?.Bytes ?? 0;
        while (Count > 1 && (Weight + weightOut > maxWeight || Bytes + bytesOut > maxBytes) && Dequeue() is { } oldest) overflow(oldest);
    }
}
