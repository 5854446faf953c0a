namespace MetricsKit;

/// <summary>The numbers of one source's events: which of the latest 64 came, and which were missed.</summary>
/// <remarks>
/// After the receiver of RTP (RFC 3550, appendix A.1): a number too far away is believed when the next one follows it, so that one damaged number neither invents losses nor blinds the check.
/// Unlike there a gap counts at once, since the next event of a safety source may be hours away, and what comes late is counted as such.
/// </remarks>
struct SequenceWindow
{
    /// <summary>So many numbers back it is known what came: the bits of a word.</summary>
    internal const int Size = 64;

    /// <summary>A jump of more is a new numbering and no loss. Arbitrary: more than any source emits while a link is down.</summary>
    internal const long MaxGap = 1_000_000;

    long _highest;
    long _believedNext; // after a number that is too far away; 0: none, since 0 begins a numbering anyway
    ulong _came, _missed; // bit n: the number _highest - n

    /// <summary>Takes the number of an event, 0 or more.</summary>
    internal SequenceResult Take(long number)
    {
        if (_came == 0) return Begin(number);
        long ahead = number - _highest;
        if (ahead is > 0 and <= MaxGap + 1) return Advance(number, ahead);
        if (ahead is <= 0 and > -Size) return Look((int)-ahead);
        if (number is 0 or 1 || number == _believedNext) return Begin(number); // it counts from the beginning again, or elsewhere
        _believedNext = number + 1;
        return default;
    }

    SequenceResult Begin(long number)
    {
        (_highest, _believedNext, _came, _missed) = (number, 0, 1, 0);
        return default;
    }

    SequenceResult Advance(long number, long by)
    {
        long gap = by - 1;
        // The new number is bit 0, and the bits of the gap are those between it and what was there.
        ulong inGap = by >= Size ? ~1ul : ((1ul << (int)by) - 1) & ~1ul;
        (_came, _missed) = by >= Size ? (1, inGap) : (_came << (int)by | 1, _missed << (int)by | inGap);
        (_highest, _believedNext) = (number, 0);
        return new(gap, 0, 0);
    }

    SequenceResult Look(int back)
    {
        ulong bit = 1ul << back;
        if ((_came & bit) != 0) return new(0, 0, 1);
        bool wasMissed = (_missed & bit) != 0; // or it is older than the first that was seen
        _came |= bit;
        _missed &= ~bit;
        return new(0, wasMissed ? 1 : 0, 0);
    }
}
