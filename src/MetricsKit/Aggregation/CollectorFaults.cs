namespace MetricsKit;

/// <summary>What failed of the collectors of one name.</summary>
sealed class CollectorFaults(string name)
{
    long _errors, _hangs;

    internal string Name => name;

    /// <summary>Calls that threw.</summary>
    internal long Errors => Interlocked.Read(ref _errors);

    /// <summary>Calls that did not return in time.</summary>
    internal long Hangs => Interlocked.Read(ref _hangs);

    internal void CountError() => Interlocked.Increment(ref _errors);

    internal void CountHang() => Interlocked.Increment(ref _hangs);
}

/// <summary>The faults by name. They stay when a collector goes, so that no total decreases; the names are bounded.</summary>
sealed class CollectorFaultLedger
{
    /// <summary>Most names; chosen so that whoever has more faulty observables reads the log. All further ones are counted as one.</summary>
    const int MostNames = 100;

    readonly Dictionary<string, CollectorFaults> _byName = new(StringComparer.Ordinal); // guarded by itself
    readonly CollectorFaults _others = new(TagKey.Other);

    /// <summary>Those that there is something to say of.</summary>
    internal IEnumerable<CollectorFaults> All
    {
        get { lock (_byName) return _others is { Errors: 0, Hangs: 0 } ? [.. _byName.Values] : [.. _byName.Values, _others]; }
    }

    internal CollectorFaults Of(string name)
    {
        lock (_byName)
        {
            if (_byName.TryGetValue(name, out var known)) return known;
            return _byName.Count >= MostNames ? _others : _byName[name] = new(name);
        }
    }
}
