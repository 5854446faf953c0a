namespace MetricsKit;

/// <summary>Texts about something that do not change while it runs, such as a version: tags on one series whose value is always 1.</summary>
/// <remarks>Prometheus joins them to other series: <c>x * on(instance) group_left(version) app_build_info</c>. OpenMetrics calls the type <c>info</c>; in text 0.0.4 it is a gauge. I12: a shared cell.</remarks>
public sealed class InfoInstrument : ObservableInstrument
{
    readonly Lock _setting = new();
    SeriesPlace? _shown;

    internal InfoInstrument(InstrumentDefinition definition, InstrumentContext context) : base(definition, context) { }

    /// <summary>Says what is so. A later call takes the place of an earlier one; meant to be called once.</summary>
    /// <param name="values">One value for each key of the row, in their order; what is empty is left out.</param>
    /// <exception cref="ArgumentException">There are more or fewer values than keys.</exception>
    public void Set(params ReadOnlySpan<string> values)
    {
        var keys = Definition.TagKeys;
        if (values.Length != keys.Length) throw new ArgumentException($"'{Definition.Name}' has {keys.Length} keys and was given {values.Length} values: give one for each of {string.Join(", ", keys.Select(static k => k.Name))}.", nameof(values));
        var texts = new string[keys.Length];
        for (int k = 0; k < texts.Length; k++) texts[k] = TaggedCall.Sanitise(this, k, values[k]);
        lock (_setting)
        {
            var place = PlaceOf(texts);
            if (place.Block is not { } block)
            {
                Registry.Ledger.Count(LedgerEntry.PastLimit); // what was said before stays
                return;
            }
            if (_shown is { Block: { } before, At: var at }) Volatile.Write(ref before.Values![at], double.NaN);
            Volatile.Write(ref block.Values![place.At], 1); // of no collector's round, even when one says it: it stays
            _shown = place;
        }
    }
}
