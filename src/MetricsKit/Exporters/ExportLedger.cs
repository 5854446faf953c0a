namespace MetricsKit;

/// <summary>How the exports of one exporter ended; its pump counts, the kit's own metrics show it.</summary>
sealed class ExportLedger
{
    long _successes, _failures, _timeouts;

    internal long Successes => Interlocked.Read(ref _successes);

    /// <summary>Exports that threw.</summary>
    internal long Failures => Interlocked.Read(ref _failures);

    /// <summary>Exports that did not return within their time, and those that were not made because earlier ones hang.</summary>
    internal long Timeouts => Interlocked.Read(ref _timeouts);

    internal void Succeeded() => Interlocked.Increment(ref _successes);

    internal void Failed() => Interlocked.Increment(ref _failures);

    internal void TimedOut() => Interlocked.Increment(ref _timeouts);
}
