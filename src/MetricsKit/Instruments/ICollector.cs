namespace MetricsKit;

/// <summary>Reads something once and reports what it saw to its observable instruments.</summary>
/// <remarks>
/// The kit calls <see cref="Collect"/> on a thread of its own, never twice at the same time. An exception is caught, counted and
/// logged once an episode, and the collector's series are absent until a call succeeds; a call that does not return within a second harms no other collector: it is given up, and what it reports later is dropped. After three such
/// calls in a row no snapshot waits for the next one. Values are shown when a call returns, all at once; series that it does not report are gone.
/// </remarks>
public interface ICollector
{
    /// <summary>How often to read in the background; null: when a snapshot is taken, at most every 250 ms.</summary>
    /// <value>The default is null.</value>
    TimeSpan? Interval => null;

    /// <summary>Reads and reports.</summary>
    void Collect();
}
