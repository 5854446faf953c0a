namespace MetricsKit;

/// <summary>What has most distinct values among the labels of a table's series: what to name when a limit is reached.</summary>
/// <param name="Key">The label; null when it is the keys that are ever new.</param>
/// <param name="Count">How many values it has, or how many keys there are.</param>
/// <param name="Examples">Some of the values, or of the keys.</param>
readonly record struct WidestLabel(string? Key, int Count, string[] Examples)
{
    const int Shown = 3;

    /// <summary>Looks at the series of a table. Closed labels are left aside: they cannot explode.</summary>
    /// <returns>Null when there is no series with an open label.</returns>
    internal static WidestLabel? Of(InstrumentDefinition row, SeriesIndex index)
    {
        Dictionary<string, Label> labels = new(StringComparer.Ordinal);
        for (int i = 0, count = index.Count; i < count; i++)
        {
            var place = index.PlaceOf(i);
            for (int k = 0, tags = place.Block!.Labels.TagsAt(place.At); k < tags; k++)
            {
                if (!row.IsDynamic && row.TagKeys[k].IsClosed) continue;
                var (key, value) = place.Block.Labels.TagAt(place.At, k, row.TagKeys);
                if (!labels.TryGetValue(key, out var label)) labels.Add(key, label = new());
                label.Values.Add(value);
                label.Series++;
            }
        }
        if (labels.Count == 0) return null;
        var (widest, most) = labels.MaxBy(static l => l.Value.Values.Count);
        // Keys that are made up are on one series each, and then there are more of them than any has values.
        string[] lone = index.Count > 1 ? [.. labels.Where(static l => l.Value.Series == 1).Select(static l => l.Key)] : [];
        return lone.Length > most.Values.Count ? new(null, labels.Count, lone[..Math.Min(Shown, lone.Length)]) : new(widest, most.Values.Count, [.. most.Values.Take(Shown)]);
    }

    sealed class Label
    {
        internal readonly HashSet<string> Values = new(StringComparer.Ordinal);
        internal int Series;
    }
}
