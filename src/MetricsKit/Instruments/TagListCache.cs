using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MetricsKit;

/// <summary>One remembered list of tags as an ordinary instrument was given it.</summary>
struct TagListSlot : ITagSlot<TagListSlot>
{
    internal TagSlot Call;
    internal KeyValuePair<string, object?>[]? Tags;

    public static ref TagSlot CallOf(ref TagListSlot slot) => ref slot.Call;
}

/// <summary>What threads resolved lately of measurements with any list of tags: the same tables as <see cref="TagCache"/> has, with keys, and with values of any type.</summary>
/// <remarks>
/// I10: keys and values are compared, references first. Texts, numbers and enumerations are remembered; a value of any other type may have another text
/// at the next call, and comparing it would run its code, so it is resolved each time.
/// I7: the protocol is that of <see cref="TagTables{TSlot}"/>.
/// </remarks>
static class TagListCache
{
    /// <summary>Slots of a thread at most, some 230 KB, of which a thread that meets few lists has few. Chosen so that nearly all of a thousand lists, the series of an instrument at its limit, are found.</summary>
    internal const int Most = 4096;

    const ulong Golden = 0x9E3779B97F4A7C15, Second = 0xC2B2AE3D27D4EB4F;

    static readonly Lock Publishing = new();

    // Written under the lock; an array that is too short is replaced by a longer copy. Lane 0 stays empty.
    static TagListSlot[]?[] _tables = [];

    /// <summary>What was remembered for a list of tags; the owner's salt is in its hash.</summary>
    /// <remarks>Two texts, the same objects as before, are what nearly all calls pass: they are found without a call, and so without anything saved across one.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static CellPlace Find(int lane, int owner, ulong salt, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var tables = _tables;
        if (tags.Length == 2 && (uint)lane < (uint)tables.Length && tables[lane] is { } slots && tags[0].Value is string a && tags[1].Value is string b)
        {
            uint hash = TagCache.Mix(salt, a, b);
            int at = (int)(hash << 1 & (uint)(slots.Length - 1));
            ref var slot = ref slots[at];
            if (slot.Call.Hash != hash) slot = ref slots[at | 1];
            if (slot.Call.Hash == hash && slot.Call.Owner == owner && slot.Tags is { Length: 2 } kept
                && ReferenceEquals(kept[0].Key, tags[0].Key) && ReferenceEquals(kept[0].Value, a) && ReferenceEquals(kept[1].Key, tags[1].Key) && ReferenceEquals(kept[1].Value, b))
                return new() { Cells = slot.Call.Cells, Chunk = slot.Call.Chunk, Index = slot.Call.Index };
        }
        return FindAny(lane, owner, salt, tags);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static CellPlace FindAny(int lane, int owner, ulong salt, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var tables = _tables;
        if ((uint)lane >= (uint)tables.Length || tables[lane] is not { } slots) return default;
        uint hash = Hash(salt, tags);
        int at = (int)(hash << 1 & (uint)(slots.Length - 1));
        ref var slot = ref slots[at];
        if (slot.Call.Hash != hash) slot = ref slots[at | 1];
        return slot.Call.Hash == hash && slot.Call.Owner == owner && Same(slot.Tags!, tags) ? new() { Cells = slot.Call.Cells, Chunk = slot.Call.Chunk, Index = slot.Call.Index } : default;
    }

    /// <summary>Remembers a resolution; not for a thread that shares stripes (I6), nor for a list with a value that cannot be remembered.</summary>
    internal static void Keep(int owner, ulong salt, ReadOnlySpan<KeyValuePair<string, object?>> tags, in CellPlace place, bool isGauge)
    {
        if (!CanKeep(tags)) return;
        if (ThreadCells.Own() is not { } own) return;
        TagSlot call = new() { Hash = Hash(salt, tags), Owner = owner, Cells = place.Cells, Chunk = isGauge ? null : own.ChunkOf(place.Index), Index = place.Index };
        var table = TagTables<TagListSlot>.Of(ref _tables, own.Lane, own.TagListsKept++, Most, Publishing);
        // What is pushed out leaves its array to what comes: a thread that meets more lists than the table holds allocates nothing (I11).
        var tagsKept = table[(int)(call.Hash << 1 & (uint)(table.Length - 1)) | 1].Tags is { } left && left.Length == tags.Length ? left : new KeyValuePair<string, object?>[tags.Length];
        tags.CopyTo(tagsKept);
        TagTables<TagListSlot>.Put(table, new() { Call = call, Tags = tagsKept });
    }

    /// <summary>I7: takes the series that are leaving out of every thread's table.</summary>
    internal static void Forget()
    {
        lock (Publishing) TagTables<TagListSlot>.Forget(_tables);
    }

    /// <summary>Lets go of the table of a lane whose thread has ended (I5).</summary>
    internal static void Drop(int lane)
    {
        lock (Publishing)
        {
            if (lane < _tables.Length) _tables[lane] = null;
        }
    }

    /// <summary>Whether a list of tags means the same whenever it is given again.</summary>
    internal static bool CanKeep(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (key, value) in tags)
        {
            if (key is null || key.Length > TagText.MaxLength || !CanKeep(value)) return false;
        }
        return true;
    }

    static uint Hash(ulong salt, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Length == 2 && tags[0].Value is string a && tags[1].Value is string b) return TagCache.Mix(salt, a, b);
        ulong hash = salt;
        int turn = 0;
        foreach (ref readonly var tag in tags)
        {
            object? value = tag.Value;
            ulong sample = value is string text ? TagCache.Sample(text) : value is int number ? (ulong)number * Second : SampleOther(value);
            hash += BitOperations.RotateLeft(sample, turn += 13) * Golden; // no product waits for the one before
        }
        return TagCache.Top(hash * Second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool Same(KeyValuePair<string, object?>[] kept, ReadOnlySpan<KeyValuePair<string, object?>> asked)
    {
        if (kept.Length != asked.Length) return false;
        int i = 0;
        foreach (ref readonly var one in kept.AsSpan())
        {
            ref readonly var other = ref asked[i++];
            if ((!ReferenceEquals(one.Key, other.Key) || !ReferenceEquals(one.Value, other.Value)) && !SameTag(in one, in other)) return false;
        }
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static bool SameTag(in KeyValuePair<string, object?> kept, in KeyValuePair<string, object?> asked) =>
        (ReferenceEquals(kept.Key, asked.Key) || asked.Key is not null && TagCache.SameText(kept.Key, asked.Key))
        && (ReferenceEquals(kept.Value, asked.Value) || SameValue(kept.Value, asked.Value));

    static bool SameValue(object? kept, object? asked) => kept switch
    {
        null => false, // the references differ
        string text => asked is string other && TagCache.SameText(text, other),
        int number => asked is int other && number == other,
        long number => asked is long other && number == other,
        bool flag => asked is bool other && flag == other,
        // Equal numbers may have different texts (1.0 and 1.00, 0 and -0): what the text is made from is compared.
        double number => asked is double other && BitConverter.DoubleToUInt64Bits(number) == BitConverter.DoubleToUInt64Bits(other),
        float number => asked is float other && BitConverter.SingleToUInt32Bits(number) == BitConverter.SingleToUInt32Bits(other),
        decimal number => asked is decimal other && number == other && number.Scale == other.Scale && decimal.IsNegative(number) == decimal.IsNegative(other),
        _ => asked is not null && kept.GetType() == asked.GetType() && kept.Equals(asked), // a whole number or an enumeration of .NET: no user code
    };

    /// <summary>Only picks the slot; values that are not remembered have none.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    static ulong SampleOther(object? value) => value switch
    {
        long number => (ulong)number * Second,
        bool flag => flag ? 1u : 2u,
        not null when CanKeep(value) => (uint)value.GetHashCode() * Second,
        _ => 0,
    };

    static bool CanKeep(object? value) => value switch
    {
        null => true,
        string text => text.Length <= TagText.MaxLength, // what is cut is not held on to whole, and counted each time
        int or long or bool or short or byte or uint or ulong or ushort or sbyte or double or float or decimal or char or Guid or Enum => true,
        _ => false,
    };
}
