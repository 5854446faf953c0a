namespace MetricsKit;

/// <summary>Reads something once and reports what it saw to its observable instruments.</summary>
/// <remarks>
/// The kit calls <see cref="Collect"/> on a thread of its own, never twice at the same time. An exception is caught, counted and
/// logged once an episode; a call that does not return harms no other collector. Series that a round does not report are gone after it.
/// </remarks>
public interface ICollector
{
    /// <summary>How often to read in the background; null: when a snapshot is taken, at most every 250 ms.</summary>
    /// <value>The default is null.</value>
    TimeSpan? Interval => null;

    /// <summary>Reads and reports.</summary>
    void Collect();
}
