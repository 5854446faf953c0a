namespace MetricsKit;

/// <summary>Records custom samples, one by one with their timestamps, for the sinks of the host. Injected; all members may be called by any thread.</summary>
public interface IMetricRecorder
{
    /// <summary>A handle for a series: ask once and keep it. Equal arguments give the same series, whatever the order of the tags.</summary>
    /// <param name="name">1 to 255 characters, none of them a control character; such as <c>temperature_celsius</c>.</param>
    /// <param name="kind">What its samples mean.</param>
    /// <param name="tags">Such as <c>("location", "server_room")</c>, at most 32. Empty values are left out; of equal keys the last wins.</param>
    /// <exception cref="ArgumentException">The name or a key is no name.</exception>
    SampleSeries Series(string name, SampleKind kind = SampleKind.Gauge, params ReadOnlySpan<(string Key, string Value)> tags);

    /// <summary>Records one value, for the occasional call: it looks the series up each time.</summary>
    /// <param name="name">As in <see cref="Series"/>.</param>
    /// <param name="value">The value.</param>
    /// <param name="kind">What it means.</param>
    /// <param name="tags">Keys and values.</param>
    /// <returns>False when the sample was not accepted; it is counted by reason, also when the name is none.</returns>
    bool Record(string name, double value, SampleKind kind = SampleKind.Gauge, params ReadOnlySpan<(string Key, string Value)> tags);

    /// <summary>Waits until everything that was accepted before the call has been acknowledged by every sink.</summary>
    /// <param name="timeout">How long to wait; below zero counts as zero, except <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <param name="cancellationToken">Ends the wait, but not the delivery.</param>
    /// <returns>True when every such sample was acknowledged; false when the time was over, or a sample was lost since the flush before: no loss passes unseen by who flushes.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled before the wait was over.</exception>
    ValueTask<bool> FlushAsync(TimeSpan timeout, CancellationToken cancellationToken = default);
}
