using System.Runtime.CompilerServices;

namespace MetricsKit;

/// <summary>From the tag values of a call to a series: an array for closed keys, the thread's cache for open ones, the instrument's table behind both.</summary>
/// <remarks>
/// A type argument is <see cref="string"/> or an enumeration (see <see cref="TagKey{T}"/>), so <c>typeof(T).IsValueType</c> is a constant
/// of the compiled code that tells open texts from dense numbers. The answer is a cell number (an ordinal for gauges), or -1 for a refused gauge.
/// </remarks>
static class TaggedCall
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Find<T1>(Instrument on, T1 tag1) where T1 : notnull
    {
        if (typeof(T1).IsValueType)
        {
            int dense = on.Dense[Number(on, 0, tag1)];
            return dense >= 0 ? dense : Resolve(on, 0, tag1);
        }
        string a = Text(tag1);
        uint hash = TagCache.Hash(on.Salt, a);
        int index = TagCache.Find(on.Id, hash, a, "", 0);
        return index >= 0 ? index : Resolve(on, hash, tag1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Find<T1, T2>(Instrument on, T1 tag1, T2 tag2) where T1 : notnull where T2 : notnull
    {
        int closed = Closed(on, 1, Closed(on, 0, 0, tag1), tag2), index;
        if (typeof(T1).IsValueType && typeof(T2).IsValueType)
        {
            index = on.Dense[closed];
            return index >= 0 ? index : Resolve(on, 0, tag1, tag2);
        }
        string a, b = "";
        uint hash;
        if (typeof(T1).IsValueType || typeof(T2).IsValueType)
        {
            a = typeof(T1).IsValueType ? Text(tag2) : Text(tag1);
            hash = TagCache.Hash(on.Salt + (uint)closed, a);
        }
        else
        {
            a = Text(tag1);
            b = Text(tag2);
            hash = TagCache.Hash(on.Salt, a, b);
        }
        index = TagCache.Find(on.Id, hash, a, b, closed);
        return index >= 0 ? index : Resolve(on, hash, tag1, tag2);
    }

    internal static int Find<T1, T2, T3>(Instrument on, T1 tag1, T2 tag2, T3 tag3) where T1 : notnull where T2 : notnull where T3 : notnull
    {
        int closed = Closed(on, 2, Closed(on, 1, Closed(on, 0, 0, tag1), tag2), tag3), index;
        if (typeof(T1).IsValueType && typeof(T2).IsValueType && typeof(T3).IsValueType)
        {
            index = on.Dense[closed];
            return index >= 0 ? index : Resolve(on, 0, tag1, tag2, tag3);
        }
        string a = OpenText(tag1), b = OpenText(tag2), c = OpenText(tag3);
        uint hash = TagCache.Hash(on.Salt + (uint)closed, a, b, c, "");
        index = TagCache.FindWide(on.Id, hash, a, b, c, "", closed);
        return index >= 0 ? index : Resolve(on, hash, tag1, tag2, tag3);
    }

    internal static int Find<T1, T2, T3, T4>(Instrument on, T1 tag1, T2 tag2, T3 tag3, T4 tag4) where T1 : notnull where T2 : notnull where T3 : notnull where T4 : notnull
    {
        int closed = Closed(on, 3, Closed(on, 2, Closed(on, 1, Closed(on, 0, 0, tag1), tag2), tag3), tag4), index;
        if (typeof(T1).IsValueType && typeof(T2).IsValueType && typeof(T3).IsValueType && typeof(T4).IsValueType)
        {
            index = on.Dense[closed];
            return index >= 0 ? index : Resolve(on, 0, tag1, tag2, tag3, tag4);
        }
        string a = OpenText(tag1), b = OpenText(tag2), c = OpenText(tag3), d = OpenText(tag4);
        uint hash = TagCache.Hash(on.Salt + (uint)closed, a, b, c, d);
        index = TagCache.FindWide(on.Id, hash, a, b, c, d, closed);
        return index >= 0 ? index : Resolve(on, hash, tag1, tag2, tag3, tag4);
    }

    /// <summary>The text of a tag as it is exported.</summary>
    internal static string Sanitise<T>(Instrument on, int key, T value) where T : notnull
    {
        string text = Sanitise(on, key, value, out bool truncated);
        if (truncated) on.Registry.Ledger.Count(LedgerEntry.TruncatedTag);
        return text;
    }

    /// <summary>The text of a tag as it is exported, without counting a truncation.</summary>
    internal static string Sanitise<T>(Instrument on, int key, T value, out bool truncated) where T : notnull
    {
        truncated = false;
        var tagKey = on.Definition.TagKeys[key];
        return typeof(T).IsValueType ? tagKey.TextAt(Number(on, key, value)) : tagKey.Sanitise(Text(value), out truncated);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static int Resolve<T1>(Instrument on, uint hash, T1 tag1) where T1 : notnull
    {
        TagValues values = default;
        values[0] = Sanitise(on, 0, tag1);
        int index = on.Place(((ReadOnlySpan<string>)values)[..1], out bool folded).Index;
        if (typeof(T1).IsValueType) Volatile.Write(ref on.Dense[Number(on, 0, tag1)], index); // I2
        else if (!folded) TagCache.Keep(on.Id, hash, Text(tag1), "", 0, index);
        return index;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static int Resolve<T1, T2>(Instrument on, uint hash, T1 tag1, T2 tag2) where T1 : notnull where T2 : notnull
    {
        TagValues values = default;
        values[0] = Sanitise(on, 0, tag1);
        values[1] = Sanitise(on, 1, tag2);
        int index = on.Place(((ReadOnlySpan<string>)values)[..2], out bool folded).Index;
        int closed = Closed(on, 1, Closed(on, 0, 0, tag1), tag2);
        if (typeof(T1).IsValueType && typeof(T2).IsValueType) Volatile.Write(ref on.Dense[closed], index); // I2
        else if (folded) return index; // newcomers past the limit would only push out what is kept
        else if (typeof(T1).IsValueType) TagCache.Keep(on.Id, hash, Text(tag2), "", closed, index);
        else TagCache.Keep(on.Id, hash, Text(tag1), typeof(T2).IsValueType ? "" : Text(tag2), closed, index);
        return index;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static int Resolve<T1, T2, T3>(Instrument on, uint hash, T1 tag1, T2 tag2, T3 tag3) where T1 : notnull where T2 : notnull where T3 : notnull
    {
        TagValues values = default;
        values[0] = Sanitise(on, 0, tag1);
        values[1] = Sanitise(on, 1, tag2);
        values[2] = Sanitise(on, 2, tag3);
        int index = on.Place(((ReadOnlySpan<string>)values)[..3], out bool folded).Index;
        int closed = Closed(on, 2, Closed(on, 1, Closed(on, 0, 0, tag1), tag2), tag3);
        if (typeof(T1).IsValueType && typeof(T2).IsValueType && typeof(T3).IsValueType) Volatile.Write(ref on.Dense[closed], index); // I2
        else if (!folded) TagCache.KeepWide(on.Id, hash, OpenText(tag1), OpenText(tag2), OpenText(tag3), "", closed, index);
        return index;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static int Resolve<T1, T2, T3, T4>(Instrument on, uint hash, T1 tag1, T2 tag2, T3 tag3, T4 tag4) where T1 : notnull where T2 : notnull where T3 : notnull where T4 : notnull
    {
        TagValues values = default;
        values[0] = Sanitise(on, 0, tag1);
        values[1] = Sanitise(on, 1, tag2);
        values[2] = Sanitise(on, 2, tag3);
        values[3] = Sanitise(on, 3, tag4);
        int index = on.Place(((ReadOnlySpan<string>)values)[..4], out bool folded).Index;
        int closed = Closed(on, 3, Closed(on, 2, Closed(on, 1, Closed(on, 0, 0, tag1), tag2), tag3), tag4);
        if (typeof(T1).IsValueType && typeof(T2).IsValueType && typeof(T3).IsValueType && typeof(T4).IsValueType) Volatile.Write(ref on.Dense[closed], index); // I2
        else if (!folded) TagCache.KeepWide(on.Id, hash, OpenText(tag1), OpenText(tag2), OpenText(tag3), OpenText(tag4), closed, index);
        return index;
    }

    /// <summary>Continues the mixed radix of the closed values; an open tag leaves it as it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int Closed<T>(Instrument on, int key, int before, T value) where T : notnull =>
        typeof(T).IsValueType ? before * (on.Ordinals[key] + 1) + Number(on, key, value) : before;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int Number<T>(Instrument on, int key, T value) where T : notnull => TagKey<T>.OrdinalOf(value, on.Ordinals[key]);

    /// <summary>The text of a call's open tag. A null text is allowed: the tag is then left out (I10).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static string Text<T>(T value) where T : notnull => Unsafe.As<T, string?>(ref value) ?? "";

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static string OpenText<T>(T value) where T : notnull => typeof(T).IsValueType ? "" : Text(value);
}
