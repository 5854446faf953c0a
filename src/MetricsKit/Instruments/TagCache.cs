using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MetricsKit;

/// <summary>One remembered call with up to two open tags.</summary>
struct TagSlot
{
    internal string? A, B;
    internal uint Hash;
    internal int Owner, Index, Closed;
}

/// <summary>One remembered call with three or four open tags.</summary>
struct WideTagSlot
{
    internal string? A, B;
    internal uint Hash;
    internal int Owner, Index, Closed;
    internal string? C, D;
}

/// <summary>What one thread resolved lately: a small sparse two-way table. It is a cache of the instrument's own table and may forget anything.</summary>
/// <remarks>
/// The hash samples each text (its ends, its middle and its length) and is mixed with the instrument; it only picks the slot.
/// Texts are compared, references first (I10). Owner numbers are never used twice, so a slot that outlives its instrument never matches.
/// </remarks>
static class TagCache
{
    /// <summary>Slots at first and at most, in sets of two: 2 KB and 32 KB a thread. 64 label pairs stay in the first slot of their sets.</summary>
    const int First = 64, Most = 1024;

    const ulong Golden = 0x9E3779B97F4A7C15, Second = 0xC2B2AE3D27D4EB4F;

    /// <summary>The index that was remembered, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Find(TagSlot[]? tags, Instrument on, string a, string b, int closed)
    {
        if (tags is null) return -1;
        uint hash = Hash(on, closed, a, b);
        int at = (int)(hash << 1 & (uint)(tags.Length - 1));
        ref var slot = ref tags[at];
        if (slot.Hash != hash) slot = ref tags[at | 1];
        return slot.Hash == hash && slot.Owner == on.Id && slot.Closed == closed && Same(slot.A!, a) && Same(slot.B!, b) ? slot.Index : -1;
    }

    internal static int FindWide(Instrument on, string a, string b, string c, string d, int closed)
    {
        if (ThreadCells.WideTags is not { } tags) return -1;
        uint hash = WideHash(on, closed, a, b, c, d);
        int at = (int)(hash << 1 & (uint)(tags.Length - 1));
        ref var slot = ref tags[at];
        if (slot.Hash != hash) slot = ref tags[at | 1];
        return slot.Hash == hash && slot.Owner == on.Id && slot.Closed == closed
            && Same(slot.A!, a) && Same(slot.B!, b) && Same(slot.C!, c) && Same(slot.D!, d) ? slot.Index : -1;
    }

    /// <summary>Remembers a resolution. A thread that shares stripes keeps nothing, so that caches are bounded as stores are (I6).</summary>
    internal static void Keep(Instrument on, string a, string b, int closed, int index)
    {
        if (Math.Max(a.Length, b.Length) > TagText.MaxLength) return; // what is cut is not held on to whole, and counted each time
        if (ThreadCells.Own() is not { } own) return;
        var tags = own.Tags ?? new TagSlot[First];
        if (own.TagsKept++ * 8 >= tags.Length && tags.Length < Most)
        {
            var grown = new TagSlot[tags.Length * 2]; // sparse, so that nearly every look-up ends at the first slot
            foreach (ref readonly var slot in tags.AsSpan())
            {
                if (slot.A is not null) Put(grown, slot);
            }
            tags = grown;
        }
        ThreadCells.Tags = own.Tags = tags;
        Put(tags, new TagSlot { A = a, B = b, Hash = Hash(on, closed, a, b), Owner = on.Id, Index = index, Closed = closed });
    }

    internal static void KeepWide(Instrument on, string a, string b, string c, string d, int closed, int index)
    {
        if (Math.Max(Math.Max(a.Length, b.Length), Math.Max(c.Length, d.Length)) > TagText.MaxLength) return;
        if (ThreadCells.Own() is not { } own) return;
        var tags = own.WideTags ?? new WideTagSlot[First];
        if (own.WideTagsKept++ * 8 >= tags.Length && tags.Length < Most)
        {
            var grown = new WideTagSlot[tags.Length * 2];
            foreach (ref readonly var slot in tags.AsSpan())
            {
                if (slot.A is not null) Put(grown, slot);
            }
            tags = grown;
        }
        ThreadCells.WideTags = own.WideTags = tags;
        Put(tags, new WideTagSlot { A = a, B = b, C = c, D = d, Hash = WideHash(on, closed, a, b, c, d), Owner = on.Id, Index = index, Closed = closed });
    }

    // The newest is found first; what it displaces moves to the second slot of the set.
    static void Put(TagSlot[] tags, in TagSlot slot)
    {
        int at = (int)(slot.Hash << 1 & (uint)(tags.Length - 1));
        tags[at | 1] = tags[at];
        tags[at] = slot;
    }

    static void Put(WideTagSlot[] tags, in WideTagSlot slot)
    {
        int at = (int)(slot.Hash << 1 & (uint)(tags.Length - 1));
        tags[at | 1] = tags[at];
        tags[at] = slot;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool Same(string kept, string asked) => ReferenceEquals(kept, asked) || kept.Equals(asked, StringComparison.Ordinal);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static uint Hash(Instrument on, int closed, string a, string b) => Mix(on.Salt + (uint)closed, a, b);

    static uint WideHash(Instrument on, int closed, string a, string b, string c, string d)
    {
        ulong salt = on.Salt + (uint)closed;
        return Mix((Mix(salt, a, b) ^ salt) * Second, c, d);
    }

    // A product is well mixed at its top only: the top is rotated into the bits that pick the slot.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static uint Mix(ulong salt, string a, string b) => BitOperations.RotateLeft((uint)(((Sample(a) + salt) * Golden ^ BitOperations.RotateLeft(Sample(b), 29)) * Second >> 32), 10);

    /// <summary>Where labels differ: their last and middle characters, and their length. The table behind hashes and compares everything.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Sample(string s)
    {
        int n = s.Length;
        if (n >= 4) return Four(s, n - 4) + BitOperations.RotateLeft(Four(s, (n - 4) / 2), 23) + (ulong)n * Golden;
        return n == 0 ? 0 : s[0] + ((ulong)s[n >> 1] << 16) + ((ulong)s[n - 1] << 32) + (ulong)n;
    }

    /// <summary>Four characters from a place on; the caller has seen that they lie within the text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Four(string s, int at) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.As<char, byte>(ref Unsafe.Add(ref MemoryMarshal.GetReference(s.AsSpan()), (nint)(uint)at)));
}
