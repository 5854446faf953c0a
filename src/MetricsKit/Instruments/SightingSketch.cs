namespace MetricsKit;

/// <summary>Tells label sets that come again and again from those that pass by once, in memory that does not grow: a count-min sketch with conservative update.</summary>
/// <remarks>
/// I8: it decides who gets a slot that is kept back, and nothing else. So its counts are plain numbers that threads may overwrite for each other: what is lost is a
/// sighting and never a measurement, and no fold takes a lock or an interlocked operation for it.
/// A label set has its four counters side by side in one line, so that a fold reaches for one place in memory. Each line ages by itself, when it has been looked
/// at often enough: there is no clock, and no counter that all threads would share.
/// </remarks>
sealed class SightingSketch
{
    /// <summary>Sightings that make a label set one of those that come again.</summary>
    /// <remarks>
    /// Chosen by what strangers look like. When a line is about to age it has had 48 of them, and half of what was before: each of its counters would stand at
    /// 3.4 and up to 3.4 more, as Poisson has it. A stranger is taken for one that comes again when all four of its counters show 7, and updated conservatively,
    /// where only the smallest move, they do not: of two billion label sets that came once, in a simulation of such a line, 26 would have been the sixth and none
    /// the seventh. The margin is for threads: one that is held up in the middle writes back a row from before the line aged. That costs a place now and then.
    /// </remarks>
    internal const int Often = 8;

    /// <summary>What the sketch weighs, 64 KiB: chosen to find what comes once in some 10,000 folds, and to stay in the cache of a core.</summary>
    internal const int Bytes = Lines * Rows * sizeof(ulong);

    /// <summary>Sightings in a line after which its counts are halved: a window of 98,304 folds, if all lines are looked at alike.</summary>
    const int Span = 48;

    // A row is a number: 14 counters of four bits, and below them a byte, which in the first row counts the sightings since the line aged.
    const int Lines = 2048, Rows = 4, Counters = 14, AgeBits = 8, CounterBits = 4;
    const ulong Halves = 0x7777777777777700;

    readonly ulong[] _rows = new ulong[Lines * Rows];

    /// <summary>Counts a sighting, and says whether the label set has been seen often lately.</summary>
    /// <param name="labels">A hash of the instrument and the labels, of which no bit has to be good.</param>
    internal bool SeesOften(ulong labels)
    {
        ulong mixed = (labels ^ labels >> 32) * 0x9E3779B97F4A7C15; // a product is well mixed at its top only
        var line = _rows.AsSpan((int)(mixed >> 53) * Rows, Rows);
        mixed = (mixed ^ mixed >> 29) * 0xC2B2AE3D27D4EB4F;
        int a = PlaceOf(mixed), b = PlaceOf(mixed >> 16), c = PlaceOf(mixed >> 32), d = PlaceOf(mixed >> 48);

        ulong row0 = line[0], row1 = line[1], row2 = line[2], row3 = line[3];
        int least = Math.Min(Math.Min(CountAt(row0, a), CountAt(row1, b)), Math.Min(CountAt(row2, c), CountAt(row3, d)));
        int seen = Math.Min(least + 1, Often); // never more than is asked for, so that no counter runs over
        row0 = Raised(row0, a, seen) + 1;
        row1 = Raised(row1, b, seen);
        row2 = Raised(row2, c, seen);
        row3 = Raised(row3, d, seen);
        if ((byte)row0 >= Span)
        {
            row0 = row0 >> 1 & Halves;
            row1 = row1 >> 1 & Halves;
            row2 = row2 >> 1 & Halves;
            row3 = row3 >> 1 & Halves;
        }
        (line[0], line[1], line[2], line[3]) = (row0, row1, row2, row3);
        return seen == Often;
    }

    /// <summary>The first bit of the counter that sixteen bits of a hash choose.</summary>
    static int PlaceOf(ulong hash) => AgeBits + (int)((hash & 0xFFFF) * Counters >> 16) * CounterBits;

    static int CountAt(ulong row, int place) => (int)(row >> place) & 0xF;

    /// <summary>Conservative: a counter that shows more counts others as well, and stays as it is.</summary>
    static ulong Raised(ulong row, int place, int seen) => row + ((ulong)Math.Max(0, seen - CountAt(row, place)) << place);
}
