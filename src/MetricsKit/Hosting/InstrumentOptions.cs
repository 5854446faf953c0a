namespace MetricsKit;

/// <summary>
/// Settings of one instrument, or of all whose names match a pattern: under <c>MetricsKit:Instruments:&lt;name&gt;</c>, or as an environment variable such as
/// <c>MetricsKit__Instruments__http_server_request_duration__TagKeys__0=http.route</c>.
/// </summary>
/// <remarks>
/// In a pattern <c>*</c> stands for any text; dots and underscores are equal, and case does not matter. Of several patterns that match one instrument each setting
/// comes from the most specific that has it: a name without <c>*</c> before a pattern, a longer pattern before a shorter. A pattern changes what it can: bounds of
/// histograms, the time to live of what can have one. The kit's own instruments stay as they are.
/// <see cref="Enabled"/>, <see cref="MaxSeries"/> and the length of <see cref="TimeToLive"/> follow the configuration while the host runs; the others do at its next start.
/// </remarks>
public sealed class InstrumentOptions
{
    /// <summary>Whether the instrument measures; null: as its group.</summary>
    /// <remarks>It hides an instrument at once and shows it at once, with what was counted meanwhile. One that was off at the start counts from when it is switched on.</remarks>
    public bool? Enabled { get; set; }

    /// <summary>A new name of the instrument, such as <c>orders.handled</c>, from which the exported one is derived; null, the default: its own.</summary>
    /// <remarks>For one instrument, since two cannot share a name. Other listeners of the process see the instrument under its own name.</remarks>
    public string? Name { get; set; }

    /// <summary>Narrows the settings to instruments of meters with this name, in which <c>*</c> stands for any text and case does not matter; null, the default: all meters.</summary>
    /// <remarks>Where two meters have an instrument of one name, a second pattern that ends in <c>*</c> reaches the other.</remarks>
    public string? Meter { get; set; }

    /// <summary>Keeps these tags alone; null, the default: all. Empty: none. What was recorded with other tags is summed up; of a gauge the last value wins.</summary>
    public IList<string>? TagKeys { get; set; }

    /// <summary>Leaves these tags out, also of those that <see cref="TagKeys"/> keeps by another pattern; null, the default: none.</summary>
    public IList<string>? DropTagKeys { get; set; }

    /// <summary>
    /// By tag, which texts take the place of which, for example <c>Values:status:404=client_error</c>. <c>*</c> stands for every text that is not listed, and the empty text
    /// leaves the tag out. A text that has taken the place of another is not replaced again.
    /// </summary>
    /// <remarks>The texts of two patterns for one tag are taken together. Keys of a configuration have no colons, and those of one file differ in more than case.</remarks>
    public IDictionary<string, IDictionary<string, string>> Values { get; } = new Dictionary<string, IDictionary<string, string>>(InstrumentNameComparer.Instance);

    /// <summary>The limit of series; null: the row's.</summary>
    public int? MaxSeries { get; set; }

    /// <summary>The bucket bounds of a histogram; null: the row's.</summary>
    public IList<double>? Bounds { get; set; }

    /// <summary>
    /// How long a series may be idle before it leaves; null, the default: it stays as long as the host. A series that a handle is bound to is hidden and comes back
    /// with its total; any other is recycled, and begins again at 0 when its tags return. Declared values and sums that are not zero stay. For counters, up-down counters
    /// and histograms with an open tag; a series leaves with the second snapshot that finds it idle.
    /// </summary>
    public TimeSpan? TimeToLive { get; set; }

    /// <summary>These settings, and where they say nothing those of a less specific pattern.</summary>
    internal InstrumentOptions Over(InstrumentOptions less)
    {
        InstrumentOptions merged = new()
        {
            Enabled = Enabled ?? less.Enabled,
            Name = Name ?? less.Name,
            TagKeys = TagKeys ?? less.TagKeys,
            DropTagKeys = DropTagKeys ?? less.DropTagKeys,
            MaxSeries = MaxSeries ?? less.MaxSeries,
            Bounds = Bounds ?? less.Bounds,
            TimeToLive = TimeToLive ?? less.TimeToLive,
        };
        foreach (var (key, texts) in less.Values.Concat(Values))
        {
            if (!merged.Values.TryGetValue(key, out var all)) merged.Values[key] = all = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (from, to) in texts) all[from] = to;
        }
        return merged;
    }

    /// <summary>The view of the tags; null when there is none.</summary>
    internal TagView? TagsOf() => TagKeys is null && DropTagKeys is null && Values.Count == 0 ? null : new(TagKeys, DropTagKeys, Values);
}
