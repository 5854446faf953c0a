namespace MetricsKit;

/// <summary>One collector's rounds: which instruments it reports to, and which series a round did not mention.</summary>
sealed class ObservationRound
{
    [ThreadStatic] static ObservationRound? _current;
    static int _ids;

    readonly Lock _noting = new();
    readonly HashSet<ObservableInstrument> _instruments = [];
    readonly long _collector = (long)Interlocked.Increment(ref _ids) << 32;
    uint _number;
    volatile bool _abandoned;

    /// <summary>The round that runs on the calling thread.</summary>
    internal static ObservationRound? Current => _current;

    /// <summary>Whether nobody waits for the round any more: what it reports is dropped.</summary>
    internal bool IsAbandoned => _abandoned;

    /// <summary>The mark that a reported series carries: the collector's and the round's number. Zero is none.</summary>
    internal long Mark => _collector | _number;

    internal void Run(ICollector collector)
    {
        _number++;
        _abandoned = false;
        var outer = _current;
        _current = this;
        try { collector.Collect(); }
        finally
        {
            _current = outer;
            Forget(); // also after an exception: what was not read is not known
        }
    }

    /// <summary>Makes everything absent that the collector reported, while its call hangs.</summary>
    internal void Abandon()
    {
        _abandoned = true;
        _number++; // no series carries this mark
        Forget();
    }

    internal void Note(ObservableInstrument instrument)
    {
        lock (_noting) _instruments.Add(instrument);
    }

    /// <summary>Whether a series was reported by this collector, and not in this round.</summary>
    internal bool Missed(long mark) => mark != Mark && (mark & ~0xFFFFFFFFL) == _collector;

    void Forget()
    {
        lock (_noting)
        {
            foreach (var instrument in _instruments) instrument.Forget(this);
        }
    }
}
