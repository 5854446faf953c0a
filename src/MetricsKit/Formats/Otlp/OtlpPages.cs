using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace MetricsKit;

/// <summary>What one exporter keeps of the pages of one family, in the order in which the snapshot has them.</summary>
/// <param name="run">Numbers of one series.</param>
/// <param name="isObserved">Whether the series' places may be given out anew, while their totals go on.</param>
sealed class OtlpPages(int run, bool isObserved)
{
    OtlpPage[] _pages = [];

    // Of pages that are not in the snapshot now: a series that is hidden comes back on its page with its total (I7), one that was recycled takes the page with it.
    ConditionalWeakTable<LabelPage, OtlpPage>? _away;

    internal OtlpPage this[int index] => _pages[index];

    /// <summary>Takes over what a snapshot has.</summary>
    /// <param name="pages">Its pages; behind those in use there may be others.</param>
    /// <param name="series">How many series are on them.</param>
    internal void Follow(LabelPage[] pages, int series)
    {
        int count = 0;
        for (int left = series; left > 0; left -= pages[count++].Capacity)
        {
            if (count >= _pages.Length || !ReferenceEquals(_pages[count].Labels, pages[count]))
            {
                FollowAnew(pages, series);
                return;
            }
        }
        if (count < _pages.Length) FollowAnew(pages, series);
    }

    void FollowAnew(LabelPage[] pages, int series)
    {
        Dictionary<LabelPage, OtlpPage> before = new(ReferenceEqualityComparer.Instance);
        foreach (var page in _pages) before.Add(page.Labels, page);
        List<OtlpPage> now = [];
        List<OtlpPage> fresh = [];
        for (int left = series, i = 0; left > 0; left -= pages[i++].Capacity)
        {
            if (!before.Remove(pages[i], out var page) && !TryReturn(pages[i], out page)) fresh.Add(page = new(pages[i], run));
            now.Add(page);
        }
        if (isObserved && before.Count > 0 && fresh.Count > 0) Move([.. before.Values], fresh, now, series);
        foreach (var (labels, page) in before)
        {
            if (page.HasBaseline) (_away ??= []).AddOrUpdate(labels, page);
        }
        _pages = [.. now];
    }

    bool TryReturn(LabelPage labels, [NotNullWhen(true)] out OtlpPage? page)
    {
        page = null;
        return _away is not null && _away.TryGetValue(labels, out page) && _away.Remove(labels);
    }

    /// <summary>Observed series that got other places go on: what the receiver knows of them goes with them, or their totals would be sent whole a second time.</summary>
    static void Move(List<OtlpPage> gone, List<OtlpPage> fresh, List<OtlpPage> now, int series)
    {
        Dictionary<string, (OtlpPage Page, int At)> known = new(StringComparer.Ordinal);
        foreach (var page in gone)
        {
            for (int at = 0; at < page.Labels.Capacity; at++)
            {
                if (page.SettledAt(at) != 0) known[IdentityOf(page.Labels, at)] = (page, at);
            }
        }
        foreach (var page in now)
        {
            int count = Math.Min(page.Labels.Capacity, series);
            series -= count;
            if (!fresh.Contains(page)) continue;
            for (int at = 0; at < count; at++)
            {
                if (known.TryGetValue(IdentityOf(page.Labels, at), out var from)) page.Settle(at, from.Page.BaselineOf(from.At), from.Page.SettledAt(from.At));
            }
        }
    }

    /// <summary>Texts behind their lengths: no two lists of texts are alike.</summary>
    static string IdentityOf(LabelPage page, int at)
    {
        StringBuilder identity = new();
        foreach (string text in page.ValuesAt(at)) identity.Append(CultureInfo.InvariantCulture, $"{text.Length}").Append(':').Append(text);
        return identity.ToString();
    }
}
