namespace MetricsKit;

/// <summary>How much was folded by the name of an instrument. Two meters may have instruments of one name, and one of them may leave: the total goes on.</summary>
/// <remarks>A name is forgotten when no instrument that has folded has it any more, so that instruments which come and go leave nothing behind.</remarks>
sealed class FoldTotals
{
    readonly Dictionary<string, Name> _names = new(StringComparer.Ordinal);

    /// <summary>Notes what an instrument has folded so far.</summary>
    internal void Count(string name, SeriesTable table)
    {
        if (!_names.TryGetValue(name, out var of)) _names.Add(name, of = new());
        long folded = table.Folded;
        of.Total += folded - of.Before.GetValueOrDefault(table);
        of.Now[table] = folded;
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
        internal Dictionary<SeriesTable, long> Before = [], Now = [];
        internal long Total;
    }
}
