namespace MetricsKit;

/// <summary>How much was folded by the name of an instrument. Two meters may have instruments of one name, and one of them may leave: the total goes on.</summary>
/// <remarks>A name is forgotten when no instrument that has folded has it any more, so that instruments which come and go leave nothing behind.</remarks>
sealed class FoldTotals
{
    readonly Dictionary<string, Name> _names = new(StringComparer.Ordinal);

    /// <summary>Notes what an instrument has folded so far.</summary>
    /// <param name="instrument">Not its table, for which another may come that goes on with what was folded.</param>
    /// <param name="folded">All that it has folded.</param>
    internal void Count(Instrument instrument, long folded)
    {
        string name = instrument.Definition.Name;
        if (!_names.TryGetValue(name, out var of)) _names.Add(name, of = new());
        of.Total += folded - of.Before.GetValueOrDefault(instrument);
        of.Now[instrument] = folded;
    }

    /// <summary>The totals of the instruments that were noted since the last time.</summary>
    internal IEnumerable<(string Name, long Folded)> Totals()
    {
        foreach (var (name, of) in _names)
        {
            (of.Before, of.Now) = (of.Now, of.Before);
            of.Now.Clear();
            if (of.Before.Count == 0) _names.Remove(name); // a dictionary allows it while it is read
            else yield return (name, of.Total);
        }
    }

    sealed class Name
    {
        internal Dictionary<Instrument, long> Before = [], Now = [];
        internal long Total;
    }
}
