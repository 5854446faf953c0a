using System.Runtime.CompilerServices;

namespace MetricsKit;

/// <summary>From the tag values of a call to a series: an array for closed keys, the thread's cache for open ones, the instrument's table behind both.</summary>
/// <remarks>
/// A type argument is <see cref="string"/> or an enumeration (see <see cref="TagKey{T}"/>), so <c>typeof(T).IsValueType</c> is a constant
/// of the compiled code that tells open texts from dense numbers. The answer is a cell number (an ordinal for gauges); -1 from <c>Find</c> is what
/// neither array nor cache knows, from <c>Resolve</c> a refused gauge. Callers call the two apart: inlined together, a shared generic method would
/// look up the type arguments of the second at each call of the first. The thread is looked up first, when little has to be saved across the look-up.
/// </remarks>
static class TaggedCall
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static CellPlace Find<T1>(int lane, Instrument on, T1 tag1) where T1 : notnull
    {
        if (typeof(T1).IsValueType) return CellPlace.Read(ref on.Dense[Number(on, 0, tag1)], lane);
        return TagCache.Find(lane, on, Text(tag1), 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static CellPlace Find<T1, T2>(int lane, Instrument on, T1 tag1, T2 tag2) where T1 : notnull where T2 : notnull
    {
        if (typeof(T1).IsValueType && typeof(T2).IsValueType) return CellPlace.Read(ref on.Dense[Closed(on, 1, Number(on, 0, tag1), tag2)], lane);
        if (typeof(T1).IsValueType) return TagCache.Find(lane, on, Text(tag2), Number(on, 0, tag1));
        if (typeof(T2).IsValueType) return TagCache.Find(lane, on, Text(tag1), Number(on, 1, tag2));
        return TagCache.Find(lane, on, Text(tag1), Text(tag2));
    }

    internal static CellPlace Find<T1, T2, T3>(int lane, Instrument on, T1 tag1, T2 tag2, T3 tag3) where T1 : notnull where T2 : notnull where T3 : notnull
    {
        int closed = Closed(on, 2, Closed(on, 1, Closed(on, 0, 0, tag1), tag2), tag3);
        if (typeof(T1).IsValueType && typeof(T2).IsValueType && typeof(T3).IsValueType) return CellPlace.Read(ref on.Dense[closed], lane);
        return TagCache.FindWide(lane, on, OpenText(tag1), OpenText(tag2), OpenText(tag3), "", closed);
    }

    internal static CellPlace Find<T1, T2, T3, T4>(int lane, Instrument on, T1 tag1, T2 tag2, T3 tag3, T4 tag4) where T1 : notnull where T2 : notnull where T3 : notnull where T4 : notnull
    {
        int closed = Closed(on, 3, Closed(on, 2, Closed(on, 1, Closed(on, 0, 0, tag1), tag2), tag3), tag4);
        if (typeof(T1).IsValueType && typeof(T2).IsValueType && typeof(T3).IsValueType && typeof(T4).IsValueType) return CellPlace.Read(ref on.Dense[closed], lane);
        return TagCache.FindWide(lane, on, OpenText(tag1), OpenText(tag2), OpenText(tag3), OpenText(tag4), closed);
    }

    /// <summary>The text of a tag before the instrument's view of it, which is applied where the series is looked up.</summary>
    internal static string Sanitise<T>(Instrument on, int key, T value) where T : notnull
    {
        string text = Sanitise(on, key, value, out bool truncated);
        if (truncated && on.Tags?.Drops(on.Definition.TagKeys[key].Name) != true) on.Registry.Ledger.Count(LedgerEntry.TruncatedTag);
        return text;
    }

    /// <summary>The same without counting a truncation.</summary>
    internal static string Sanitise<T>(Instrument on, int key, T value, out bool truncated) where T : notnull
    {
        truncated = false;
        var tagKey = on.Definition.TagKeys[key];
        return typeof(T).IsValueType ? tagKey.TextAt(Number(on, key, value)) : tagKey.Sanitise(Text(value), out truncated);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static CellPlace Resolve<T1>(Instrument on, T1 tag1) where T1 : notnull
    {
        TagValues values = default;
        values[0] = Sanitise(on, 0, tag1);
        var place = on.CellsOf(((ReadOnlySpan<string>)values)[..1], out bool folded);
        if (typeof(T1).IsValueType)
        {
            if (!folded) CellPlace.Publish(ref on.Dense[Number(on, 0, tag1)], in place); // a fold is counted each time
        }
        else if (!folded) TagCache.Keep(on, Text(tag1), 0, in place); // newcomers past the limit would only push out what is kept
        return place;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static CellPlace Resolve<T1, T2>(Instrument on, T1 tag1, T2 tag2) where T1 : notnull where T2 : notnull
    {
        TagValues values = default;
        values[0] = Sanitise(on, 0, tag1);
        values[1] = Sanitise(on, 1, tag2);
        var place = on.CellsOf(((ReadOnlySpan<string>)values)[..2], out bool folded);
        if (folded) return place; // is counted each time
        if (typeof(T1).IsValueType && typeof(T2).IsValueType) CellPlace.Publish(ref on.Dense[Closed(on, 1, Number(on, 0, tag1), tag2)], in place);
        else if (typeof(T1).IsValueType) TagCache.Keep(on, Text(tag2), Number(on, 0, tag1), in place);
        else if (typeof(T2).IsValueType) TagCache.Keep(on, Text(tag1), Number(on, 1, tag2), in place);
        else TagCache.Keep(on, Text(tag1), Text(tag2), in place);
        return place;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static CellPlace Resolve<T1, T2, T3>(Instrument on, T1 tag1, T2 tag2, T3 tag3) where T1 : notnull where T2 : notnull where T3 : notnull
    {
        TagValues values = default;
        values[0] = Sanitise(on, 0, tag1);
        values[1] = Sanitise(on, 1, tag2);
        values[2] = Sanitise(on, 2, tag3);
        var place = on.CellsOf(((ReadOnlySpan<string>)values)[..3], out bool folded);
        int closed = Closed(on, 2, Closed(on, 1, Closed(on, 0, 0, tag1), tag2), tag3);
        if (typeof(T1).IsValueType && typeof(T2).IsValueType && typeof(T3).IsValueType)
        {
            if (!folded) CellPlace.Publish(ref on.Dense[closed], in place); // a fold is counted each time
        }
        else if (!folded) TagCache.KeepWide(on, OpenText(tag1), OpenText(tag2), OpenText(tag3), "", closed, in place);
        return place;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static CellPlace Resolve<T1, T2, T3, T4>(Instrument on, T1 tag1, T2 tag2, T3 tag3, T4 tag4) where T1 : notnull where T2 : notnull where T3 : notnull where T4 : notnull
    {
        TagValues values = default;
        values[0] = Sanitise(on, 0, tag1);
        values[1] = Sanitise(on, 1, tag2);
        values[2] = Sanitise(on, 2, tag3);
        values[3] = Sanitise(on, 3, tag4);
        var place = on.CellsOf(((ReadOnlySpan<string>)values)[..4], out bool folded);
        int closed = Closed(on, 3, Closed(on, 2, Closed(on, 1, Closed(on, 0, 0, tag1), tag2), tag3), tag4);
        if (typeof(T1).IsValueType && typeof(T2).IsValueType && typeof(T3).IsValueType && typeof(T4).IsValueType)
        {
            if (!folded) CellPlace.Publish(ref on.Dense[closed], in place); // a fold is counted each time
        }
        else if (!folded) TagCache.KeepWide(on, OpenText(tag1), OpenText(tag2), OpenText(tag3), OpenText(tag4), closed, in place);
        return place;
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
