namespace MetricsKit;

/// <summary>A place among the series of a snapshot. A copy goes over the same series again.</summary>
struct OtlpCursor
{
    /// <summary>The family.</summary>
    internal int Slice;

    /// <summary>The series among those of the family; the overflow's behind the others.</summary>
    internal int Series;

    int _page;

    /// <summary>The series among those of its page.</summary>
    internal int At;

    internal void NextSlice()
    {
        Slice++;
        Series = _page = At = 0;
    }

    /// <summary>The page with the current series; false when the family has no more.</summary>
    /// <param name="slice">The family's part of the snapshot.</param>
    /// <param name="family">Its pages.</param>
    /// <param name="page">The page.</param>
    /// <param name="count">How many series of it are there from the current one on.</param>
    internal bool TryRun(in FamilySlice slice, OtlpFamily family, out OtlpPage page, out int count)
    {
        int total = slice.Count + slice.OverflowCount;
        page = null!;
        count = 0;
        if (Series >= total) return false;
        bool folded = Series >= slice.Count;
        var pages = folded ? family.Overflow : family.Own;
        page = pages[_page];
        if (At == page.Labels.Capacity)
        {
            page = pages[++_page];
            At = 0;
        }
        count = Math.Min(page.Labels.Capacity - At, (folded ? total : slice.Count) - Series);
        return true;
    }

    internal void Advance(int series, in FamilySlice slice)
    {
        if (series == 0) return;
        Series += series;
        At += series;
        if (Series == slice.Count) _page = At = 0; // the overflow series have pages of their own
    }
}
