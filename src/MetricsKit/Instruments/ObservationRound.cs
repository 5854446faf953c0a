namespace MetricsKit;

/// <summary>One collector's rounds: which instruments it reports to, and which series a round did not mention.</summary>
sealed class ObservationRound
{
    [ThreadStatic] static ObservationRound? _current;
    static int _ids;

    readonly HashSet<ObservableInstrument> _instruments = [];
    readonly long _collector = (long)Interlocked.Increment(ref _ids) << 32;
    uint _number;

    /// <summary>The round that runs on the calling thread.</summary>
    internal static ObservationRound? Current => _current;

    /// <summary>The mark that a reported series carries: the collector's and the round's number. Zero is none.</summary>
    internal long Mark => _collector | _number;

    internal void Run(ICollector collector)
    {
        _number++;
        var outer = _current;
        _current = this;
        try { collector.Collect(); }
        finally
        {
            _current = outer;
            foreach (var instrument in _instruments) instrument.Forget(this); // also after an exception: what was not read is not known
        }
    }

    internal void Note(ObservableInstrument instrument) => _instruments.Add(instrument);

    /// <summary>Whether a series was reported by this collector, and not in this round.</summary>
    internal bool Missed(long mark) => mark != Mark && (mark & ~0xFFFFFFFFL) == _collector;
}
