namespace MetricsKit;

/// <summary>The conflicts that there are, and those that nobody was told of yet. Bounded, since meters may come and go with conflicting names without end.</summary>
/// <remarks>Not for two threads at once.</remarks>
sealed class NameConflicts
{
    /// <summary>Most conflicts that are listed, and that are told of in the life of a host. Chosen far above what anybody reads; past it they are only counted.</summary>
    internal const int Most = 1000;

    readonly List<NameConflict> _news = [];

    // Made with the first conflict: most hosts have none, and a start loads and compiles what they are made of.
    OrderedDictionary<object, NameConflict>? _listed;
    HashSet<object>? _unlisted;
    HashSet<(string Instrument, string Meter, string Name, ConflictReason Reason)>? _told;
    NameConflict[]? _all = [];
    int _discarded;

    /// <summary>How many there are, listed or not.</summary>
    internal int Count => (_listed?.Count ?? 0) + (_unlisted?.Count ?? 0) + _discarded;

    /// <summary>The first of those that there are, in the order in which they came.</summary>
    internal NameConflict[] All => _all ??= _listed is null ? [] : [.. _listed.Values];

    /// <summary>Adds a conflict of an instrument that stays, until it is removed.</summary>
    internal void Add(object instrument, NameConflict conflict)
    {
        _listed ??= new(ReferenceEqualityComparer.Instance);
        if (_listed.Count < Most) _listed[instrument] = conflict;
        else (_unlisted ??= new(ReferenceEqualityComparer.Instance)).Add(instrument);
        Note(conflict);
    }

    /// <summary>The instrument was given up for its conflict: that stays, and the instrument is not held.</summary>
    internal void Discard(object instrument)
    {
        _all = null;
        if (_listed is null) return;
        if (_listed.Remove(instrument, out var conflict)) _listed.Add(conflict, conflict);
        else if (_unlisted?.Remove(instrument) == true) _discarded++;
    }

    /// <summary>The instrument has left, or has got its name.</summary>
    internal void Remove(object instrument)
    {
        if (_listed is null) return;
        if (_listed.Remove(instrument)) _all = null;
        else _unlisted?.Remove(instrument);
    }

    /// <summary>What nobody was told of yet, each conflict once in the life of a host.</summary>
    internal NameConflict[] TakeNews()
    {
        if (_news.Count == 0) return [];
        NameConflict[] news = [.. _news];
        _news.Clear();
        return news;
    }

    void Note(NameConflict conflict)
    {
        _all = null;
        _told ??= [];
        if (_told.Count < Most && _told.Add((conflict.Instrument, conflict.Meter, conflict.PrometheusName, conflict.Reason))) _news.Add(conflict);
    }
}
