namespace MetricsKit;

// What came since the receiver has answered last. The baseline moves only when a message is settled, and by the points of that message alone.
sealed partial class OtlpRequests
{
    /// <summary>The points of the message are the receiver's, or it never wants them: the next delta begins behind them.</summary>
    internal void Settle()
    {
        if (_data is not { } data || Points == 0) return;
        // The message's series are gone through a second time, rather than noted while they were written: the snapshot has not changed, and neither has the baseline.
        for (var walk = _from; walk.Slice < data.AllCount && walk.Slice <= _at.Slice; walk.NextSlice())
        {
            ref readonly var slice = ref data.Slices[walk.Slice];
            if (slice.Count + slice.OverflowCount == 0) continue;
            var family = FamilyOf(in slice);
            if (family.IsDelta) Settle(data, in slice, family, ref walk, walk.Slice == _at.Slice ? _at.Series : int.MaxValue);
        }
    }

    void Settle(SnapshotData data, in FamilySlice slice, OtlpFamily family, ref OtlpCursor walk, int end)
    {
        Span<long> delta = stackalloc long[slice.Run];
        ulong since = 0;
        while (walk.Series < end && walk.TryRun(in slice, family, out var page, out int count))
        {
            count = Math.Min(count, end - walk.Series);
            for (int i = 0; i < count; i++)
            {
                var numbers = data.Numbers.AsSpan(slice.Offset + (walk.Series + i) * slice.Run, slice.Run);
                long number = numbers[0];
                if (slice.IsDouble && double.IsNaN(BitConverter.Int64BitsToDouble(number))) continue;
                bool written = family.IsHistogram ? TryDelta(page, walk.At + i, numbers, delta, ref since) : TryDelta(family, page, walk.At + i, slice.IsDouble, ref number, ref since);
                if (written) page.Settle(walk.At + i, numbers, _time);
            }
            walk.Advance(count, in slice);
        }
    }

    /// <summary>What a counter counted since it was settled last, and since when; false when that is nothing.</summary>
    bool TryDelta(OtlpFamily family, OtlpPage page, int at, bool isDouble, ref long number, ref ulong since)
    {
        long before = page.BaselineOf(at) is [var settled, ..] ? settled : 0;
        if (isDouble)
        {
            double total = BitConverter.Int64BitsToDouble(number), known = BitConverter.Int64BitsToDouble(before);
            // An observed total that fell was reset by whoever counts: all of it is new, and came after the last point, since the receiver knows that one. Also a
            // total of 0 is sent then, or what is counted up to the old total would be missing.
            bool wasReset = family.IsObserved && total < known;
            if (!wasReset && total <= known) return false; // I3: a total that is recorded never falls
            number = BitConverter.DoubleToInt64Bits(wasReset ? total : Math.Min(total - known, double.MaxValue));
        }
        else
        {
            if (number <= before) return false;
            number -= before;
        }
        Since(page, at, ref since);
        return true;
    }

    /// <summary>What a histogram measured since it was settled last, and since when; false when that is nothing.</summary>
    /// <remarks>I4: the sum may lead the count; it waits for the count, and is in the point that has both.</remarks>
    bool TryDelta(OtlpPage page, int at, ReadOnlySpan<long> numbers, Span<long> delta, ref ulong since)
    {
        var before = page.BaselineOf(at);
        bool any = false;
        for (int i = 1; i < numbers.Length; i++)
        {
            delta[i] = before.IsEmpty ? numbers[i] : Math.Max(0, numbers[i] - before[i]);
            any |= delta[i] != 0;
        }
        if (!any) return false;
        double sum = BitConverter.Int64BitsToDouble(numbers[0]);
        if (!before.IsEmpty) sum = Math.Clamp(sum - BitConverter.Int64BitsToDouble(before[0]), double.MinValue, double.MaxValue);
        delta[0] = BitConverter.DoubleToInt64Bits(sum);
        Since(page, at, ref since);
        return true;
    }

    void Since(OtlpPage page, int at, ref ulong since)
    {
        if (page.SettledAt(at) is not 0 and var settled) since = Math.Min(settled, _time);
    }
}
