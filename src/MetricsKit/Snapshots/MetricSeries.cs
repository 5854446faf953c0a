namespace MetricsKit;

/// <summary>One series of a snapshot.</summary>
public readonly struct MetricSeries
{
    readonly SnapshotData _data;
    readonly int _family;
    readonly int _ordinal;

    internal MetricSeries(SnapshotData data, int family, int ordinal)
    {
        _data = data;
        _family = family;
        _ordinal = ordinal;
    }

    /// <summary>The value of a counter or gauge; of a histogram the number of its measurements.</summary>
    public double Value => IsHistogram ? Count : Slice.IsDouble ? BitConverter.Int64BitsToDouble(Numbers[0]) : Numbers[0];

    /// <summary>The number of a histogram's measurements, which is the sum of its buckets; 0 for other kinds.</summary>
    public long Count
    {
        get
        {
            long count = 0;
            foreach (long bucket in BucketCounts) count = long.MaxValue - bucket < count ? long.MaxValue : count + bucket;
            return count;
        }
    }

    /// <summary>The sum of a histogram's measurements; 0 for other kinds.</summary>
    public double Sum => IsHistogram ? BitConverter.Int64BitsToDouble(Numbers[0]) : 0;

    /// <summary>How many measurements fell into each bucket, not cumulative; one more than there are bounds. Empty for other kinds.</summary>
    public ReadOnlySpan<long> BucketCounts => IsHistogram ? Numbers[1..] : [];

    /// <summary>Of each of a histogram's buckets, in their order, and of a counter the measurement that stands for the others, where one was made in a recorded activity.</summary>
    /// <value>Empty for gauges, and while <c>MetricsKit:Exemplars</c> is off, which is the default.</value>
    /// <remarks>An exemplar may be a little younger than the numbers, which were read before. Which bucket it is from its value tells.</remarks>
    public IReadOnlyList<Exemplar> Exemplars
    {
        get
        {
            var (page, at) = Page;
            if (page.Exemplars is not { } all) return [];
            var counts = IsHistogram ? BucketCounts : Numbers;
            List<Exemplar> exemplars = [];
            for (int i = 0; i < counts.Length; i++)
            {
                if (counts[i] != 0 && Volatile.Read(ref all[at * counts.Length + i]) is { } exemplar) exemplars.Add(exemplar);
            }
            return exemplars;
        }
    }

    /// <summary>Whether the series stands for others that were folded into it at the limit of series.</summary>
    public bool IsOverflow => _ordinal >= Slice.Count;

    /// <summary>When the series began to count: with the host; where the instrument came later, such as one of somebody else's meter or a recorded custom metric, with that; where idle series are recycled, when it was first recorded into.</summary>
    public DateTimeOffset StartTime => Page.Page.StartTime ?? Slice.Family.StartTime ?? _data.StartTime;

    /// <summary>The tags that are not empty, without the host's constant ones.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Tags
    {
        get
        {
            List<KeyValuePair<string, string>> tags = [];
            var (page, at) = Page;
            for (int k = 0, count = page.TagsAt(at); k < count; k++)
            {
                var tag = page.TagAt(at, k, Slice.Family.Row.TagKeys);
                if (tag.Value.Length > 0) tags.Add(tag);
            }
            return tags;
        }
    }

    internal bool IsAbsent => Slice.IsDouble && double.IsNaN(BitConverter.Int64BitsToDouble(Numbers[0]));

    internal bool Carries(ReadOnlySpan<(string Key, string Value)> tags)
    {
        var keys = Slice.Family.Row.TagKeys;
        var (page, at) = Page;
        int count = page.TagsAt(at);
        foreach (var (key, value) in tags)
        {
            bool carried = false;
            for (int k = 0; k < count && !carried; k++) carried = page.TagAt(at, k, keys) is var (itsKey, itsValue) && itsKey == key && itsValue == value;
            if (!carried) return false;
        }
        return true;
    }

    bool IsHistogram => Slice.Family.Row.Kind == InstrumentKind.Histogram;

    ref FamilySlice Slice => ref _data.Slices[_family];

    Span<long> Numbers => _data.Numbers.AsSpan(Slice.Offset + _ordinal * Slice.Run, Slice.Run);

    (LabelPage Page, int At) Page
    {
        get
        {
            bool overflow = IsOverflow;
            if (Slice.IsSingle && !overflow) return (Slice.Pages[_ordinal], 0);
            int left = overflow ? _ordinal - Slice.Count : _ordinal;
            var pages = overflow ? Slice.OverflowPages : Slice.Pages;
            int number = 0;
            for (; left >= pages[number].Capacity; number++) left -= pages[number].Capacity;
            return (pages[number], left);
        }
    }
}
