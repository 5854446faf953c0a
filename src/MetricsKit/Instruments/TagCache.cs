using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MetricsKit;

/// <summary>What threads resolved lately: by lane a small sparse two-way table. It is a cache of the instruments' own tables and may forget anything.</summary>
/// <remarks>
/// The hash samples each text (its ends, its middle and its length) and is mixed with the instrument; it only picks the slot.
/// Texts are compared, references first (I10). Owner numbers are never used twice, so a slot that outlives its instrument never matches.
/// I7: a table is written by its thread alone, but for one field: <see cref="Forget"/> takes the cells out of slots whose series is leaving. A thread
/// that puts or moves a slot looks at the state of its cells afterwards, behind a full fence, so one of the two sees the other.
/// </remarks>
static class TagCache
{
    /// <summary>Slots at first and at most, in sets of two: 3 KB and 24 KB a thread. Of 64 label pairs nearly all stay in the first slot of their sets.</summary>
    internal const int First = 64, Most = 512;

    const ulong Golden = 0x9E3779B97F4A7C15, Second = 0xC2B2AE3D27D4EB4F;

    static readonly Lock Publishing = new();

    // Written under the lock; an array that is too short is replaced by a longer copy. Lane 0 stays empty.
    static TagSlot[]?[] _tables = [];
    static WideTagSlot[]?[] _wideTables = [];

    /// <summary>What was remembered for a call with one open tag.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static CellPlace Find(int lane, Instrument on, string a, int closed)
    {
        var tables = _tables;
        if ((uint)lane >= (uint)tables.Length || tables[lane] is not { } tags) return default;
        uint hash = Hash(on, closed, a);
        int at = (int)(hash << 1 & (uint)(tags.Length - 1));
        ref var slot = ref tags[at];
        if (slot.Hash != hash) slot = ref tags[at | 1];
        return slot.Hash == hash && slot.Owner == on.Id && slot.Closed == closed && Same(slot.A!, a) ? new() { Cells = slot.Cells, Chunk = slot.Chunk, Index = slot.Index } : default;
    }

    /// <summary>The same with two open tags.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static CellPlace Find(int lane, Instrument on, string a, string b)
    {
        var tables = _tables;
        if ((uint)lane >= (uint)tables.Length || tables[lane] is not { } tags) return default;
        uint hash = Hash(on, a, b);
        int at = (int)(hash << 1 & (uint)(tags.Length - 1));
        ref var slot = ref tags[at];
        if (slot.Hash != hash) slot = ref tags[at | 1];
        return slot.Hash == hash && slot.Owner == on.Id && Same(slot.A!, a) && Same(slot.B!, b) ? new() { Cells = slot.Cells, Chunk = slot.Chunk, Index = slot.Index } : default;
    }

    internal static CellPlace FindWide(int lane, Instrument on, string a, string b, string c, string d, int closed)
    {
        var tables = _wideTables;
        if ((uint)lane >= (uint)tables.Length || tables[lane] is not { } tags) return default;
        uint hash = WideHash(on, closed, a, b, c, d);
        int at = (int)(hash << 1 & (uint)(tags.Length - 1));
        ref var slot = ref tags[at];
        if (slot.Call.Hash != hash) slot = ref tags[at | 1];
        return slot.Call.Hash == hash && slot.Call.Owner == on.Id && slot.Call.Closed == closed
            && Same(slot.Call.A!, a) && Same(slot.Call.B!, b) && Same(slot.C!, c) && Same(slot.D!, d) ? new() { Cells = slot.Call.Cells, Chunk = slot.Call.Chunk, Index = slot.Call.Index } : default;
    }

    /// <summary>Remembers a resolution. A thread that shares stripes keeps nothing, so that caches are bounded as stores are (I6).</summary>
    internal static void Keep(Instrument on, string a, int closed, in CellPlace place) =>
        Keep(on, new() { A = a, B = "", Hash = Hash(on, closed, a), Owner = on.Id, Closed = closed, Cells = place.Cells, Index = place.Index });

    internal static void Keep(Instrument on, string a, string b, in CellPlace place) =>
        Keep(on, new() { A = a, B = b, Hash = Hash(on, a, b), Owner = on.Id, Cells = place.Cells, Index = place.Index });

    internal static void KeepWide(Instrument on, string a, string b, string c, string d, int closed, in CellPlace place)
    {
        if (Math.Max(Math.Max(a.Length, b.Length), Math.Max(c.Length, d.Length)) > TagText.MaxLength) return;
        if (ThreadCells.Own() is not { } own) return;
        TagSlot call = new() { A = a, B = b, Hash = WideHash(on, closed, a, b, c, d), Owner = on.Id, Closed = closed, Cells = place.Cells, Chunk = ChunkOf(own, on, place.Index), Index = place.Index };
        TagTables<WideTagSlot>.Put(TagTables<WideTagSlot>.Of(ref _wideTables, own.Lane, own.WideTagsKept++, Most, Publishing), new() { Call = call, C = c, D = d });
    }

    static void Keep(Instrument on, TagSlot slot)
    {
        if (Math.Max(slot.A!.Length, slot.B!.Length) > TagText.MaxLength) return; // what is cut is not held on to whole, and counted each time
        if (ThreadCells.Own() is not { } own) return;
        slot.Chunk = ChunkOf(own, on, slot.Index);
        TagTables<TagSlot>.Put(TagTables<TagSlot>.Of(ref _tables, own.Lane, own.TagsKept++, Most, Publishing), slot);
    }

    /// <summary>The chunk that the call is about to write into.</summary>
    static CellChunk? ChunkOf(ThreadStore own, Instrument on, int index) => on.Table is { Storage: SeriesStorage.Values } ? null : own.ChunkOf(index);

    /// <summary>I7: takes the series that are leaving out of every thread's table, so that the next call with their tags asks the instrument.</summary>
    internal static void Forget()
    {
        Interlocked.MemoryBarrier(); // I7: the states before the look at the slots
        lock (Publishing)
        {
            TagTables<TagSlot>.Forget(_tables);
            TagTables<WideTagSlot>.Forget(_wideTables);
        }
        TagListCache.Forget();
    }

    /// <summary>Lets go of the tables of a lane whose thread has ended (I5).</summary>
    internal static void Drop(int lane)
    {
        lock (Publishing)
        {
            if (lane < _tables.Length) _tables[lane] = null;
            if (lane < _wideTables.Length) _wideTables[lane] = null;
        }
        TagListCache.Drop(lane);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool Same(string kept, string asked) => ReferenceEquals(kept, asked) || SameText(kept, asked);

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static bool SameText(string kept, string asked)
    {
        int n = asked.Length;
        if (kept.Length != n) return false;
        // Most labels are short: two words that may overlap.
        return n is >= 4 and <= 8 ? Four(kept, 0) == Four(asked, 0) && Four(kept, n - 4) == Four(asked, n - 4) : kept.AsSpan().SequenceEqual(asked);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static uint Hash(Instrument on, int closed, string a) => Top((Sample(a) + on.Salt + (uint)closed) * Golden * Second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static uint Hash(Instrument on, string a, string b) => Mix(on.Salt, a, b);

    static uint WideHash(Instrument on, int closed, string a, string b, string c, string d)
    {
        ulong salt = on.Salt + (uint)closed;
        return Mix((Mix(salt, a, b) ^ salt) * Second, c, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint Mix(ulong salt, string a, string b) => Top(((Sample(a) + salt) * Golden ^ BitOperations.RotateLeft(Sample(b), 29)) * Second);

    // A product is well mixed at its top only: the top is rotated into the bits that pick the slot.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint Top(ulong product) => BitOperations.RotateLeft((uint)(product >> 32), 10);

    /// <summary>Where labels differ: their last and middle characters, and their length. The table behind hashes and compares everything.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Sample(string s)
    {
        int n = s.Length;
        if (n >= 4) return Four(s, n - 4) + BitOperations.RotateLeft(Four(s, (n - 4) / 2), 23) + (ulong)n * Golden;
        return n == 0 ? 0 : s[0] + ((ulong)s[n >> 1] << 16) + ((ulong)s[n - 1] << 32) + (ulong)n;
    }

    /// <summary>Four characters from a place on; the caller has seen that they lie within the text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Four(string s, int at) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.As<char, byte>(ref Unsafe.Add(ref MemoryMarshal.GetReference(s.AsSpan()), (nint)(uint)at)));
}
