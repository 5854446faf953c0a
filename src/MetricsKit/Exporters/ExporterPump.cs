using System.Globalization;
using Microsoft.Extensions.Logging;

namespace MetricsKit;

/// <summary>The rounds of one exporter, on a thread of its own: take a snapshot, export it under a deadline, wait for the next moment of the schedule.</summary>
/// <remarks>
/// What fails is neither repeated nor backed off from: the next round has a newer snapshot that holds all that the last one held, and the interval is the pause.
/// The snapshot is taken and given back inside the call, so a call that is given up keeps its lease.
/// </remarks>
sealed partial class ExporterPump
{
    /// <summary>The exporter is disposed of in so long at least, even when the time for the shutdown is used up: one that is well does it at once.</summary>
    static readonly TimeSpan LeastForDisposal = TimeSpan.FromMilliseconds(100);

    /// <summary>The pause after a fault of the loop itself, which must not become a busy one.</summary>
    static readonly TimeSpan PauseAfterFault = TimeSpan.FromMilliseconds(100);

    readonly IMetricExporter _exporter;
    readonly IMetricsSnapshotSource _source;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly TimeSpan _interval, _timeout;
    readonly FailureEpisode _episode;
    readonly DeadlineCalls _calls;
    readonly WaitGate _gate;
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Guarded by the gate.
    bool _isStopping;
    long _stopBy = WaitGate.Never;

    // Only the pump's thread, once it runs.
    RoundSchedule _schedule;

    internal ExporterPump(string name, IMetricExporter exporter, ExporterOptions options, IMetricsSnapshotSource source, TimeProvider time, ILogger logger)
    {
        Name = name;
        string said = "The exporter " + name;
        (_exporter, _source, _time, _logger) = (exporter, source, time, logger);
        (_interval, _timeout) = (options.Interval, options.Timeout);
        _gate = new(time);
        _episode = new(said, logger, time, "The next round brings newer numbers");
        _calls = new(said, time, static () => { });
    }

    internal string Name { get; }

    internal ExportLedger Ledger { get; } = new();

    /// <summary>What became of the exporter's data points, where it counts them.</summary>
    internal PointLedger? Points => (_exporter as IPumpedExporter)?.Ledger;

    /// <summary>Ends when the last export and the exporter's disposal have ended or were given up.</summary>
    internal Task Ended => _ended.Task;

    internal void Start()
    {
        _schedule = RoundSchedule.Begin(_time.GetTimestamp(), _time.TicksOf(_interval));
        new Thread(Loop) { IsBackground = true, Name = "MetricsKit " + Name }.UnsafeStart(); // without the ambient context of whoever starts the host
    }

    /// <summary>Has the last totals exported and the exporter disposed of, within so long, and ends the thread.</summary>
    internal void Stop(TimeSpan budget)
    {
        lock (_gate)
        {
            if (_isStopping) return;
            _isStopping = true;
            _stopBy = _gate.After(budget);
            _calls.EndBy(_stopBy); // inside: the thread must not come to its last call before the limit, which that one is not under
            _gate.PulseAll();
        }
    }

    void Loop()
    {
        while (true)
        {
            try
            {
                if (!WaitForRound()) break;
                // A snapshot that another exporter took meanwhile will do, so that several at one interval share one.
                Export(_interval / 2, _timeout);
            }
            catch (Exception fault) { Survive(fault); }
        }
        try { End(); }
        catch (Exception fault) { Survive(fault); }
        _ended.TrySetResult();
    }

    /// <summary>Waits for the next moment of the schedule; false when the pump is to end.</summary>
    bool WaitForRound()
    {
        lock (_gate)
        {
            while (!_isStopping && !_gate.Reached(_schedule.Due)) _gate.Wait(_schedule.Due);
            return !_isStopping;
        }
    }

    void Export(TimeSpan maxAge, TimeSpan deadline)
    {
        var result = _calls.Run(new(token => Export(maxAge, token)), deadline);
        _schedule = _schedule.After(_time.GetTimestamp());
        if (result.End == CallEnd.Completed)
        {
            Ledger.Succeeded();
            Say(_episode.Recovered);
            return;
        }
        bool cut = result.TimedOut || result.Fault is OperationCanceledException && _gate.Reached(_stopBy); // its own words would only be that it was cancelled
        bool thrown = result.Fault is not null && !cut;
        if (thrown) Ledger.Failed();
        else Ledger.TimedOut();
        Say(() => _episode.Failed(thrown ? result.Fault! : Overdue(result.End, deadline)));
    }

    /// <summary>On a thread that makes only these calls, and which they may keep.</summary>
    ValueTask Export(TimeSpan maxAge, CancellationToken cancellationToken)
    {
        using var snapshot = _source.GetSnapshotAsync(maxAge, cancellationToken).AsTask().GetAwaiter().GetResult();
        _exporter.ExportAsync(snapshot, cancellationToken).AsTask().GetAwaiter().GetResult();
        return ValueTask.CompletedTask;
    }

    static TimeoutException Overdue(CallEnd end, TimeSpan deadline) => new(end == CallEnd.Stalled
        ? string.Create(CultureInfo.InvariantCulture, $"{DeadlineCalls.MaxHung} exports hang, and no further one begins until one of them ends")
        : string.Create(CultureInfo.InvariantCulture, $"no end within {deadline.TotalSeconds:0.##} s{(end == CallEnd.Abandoned ? ", and none after its cancellation" : "")}"));

    /// <summary>Exports the last totals: what was recorded after the last round would be lost else.</summary>
    void End()
    {
        var rest = Rest();
        long before = Ledger.Successes;
        (_exporter as IPumpedExporter)?.ExpectLast();
        if (rest > TimeSpan.Zero) Export(TimeSpan.Zero, rest < _timeout ? rest : _timeout);
        if (Ledger.Successes == before)
        {
            bool isOver = Rest() <= TimeSpan.Zero;
            Say(() => { if (isOver) Messages.LogLast(_logger, Name); else Messages.LogLastFailure(_logger, Name); });
        }
        if (Disposal.Of(_exporter) is { } disposal)
        {
            rest = Rest();
            var result = _calls.RunLast(new(disposal), rest > LeastForDisposal ? rest : LeastForDisposal);
            if (result.End != CallEnd.Completed) Say(() => Messages.LogDisposal(_logger, Name, result.Fault?.GetType().Name ?? nameof(TimeoutException)));
        }
        _calls.Stop();
        _gate.Close();
    }

    TimeSpan Rest() => _stopBy == WaitGate.Never ? TimeSpan.MaxValue : _time.GetElapsedTime(_time.GetTimestamp(), _stopBy);

    void Survive(Exception fault)
    {
        Ledger.Failed();
        Say(() => _episode.Failed(fault));
        lock (_gate) Monitor.Wait(_gate, PauseAfterFault); // not by the provider's clock, which may be what is at fault
    }

    /// <summary>A log that throws must not end the pump's thread.</summary>
    static void Say(Action log)
    {
        try { log(); }
        catch (Exception) { return; }
    }

    static partial class Messages
    {
        [LoggerMessage(50, LogLevel.Warning, "The last totals were not exported by {Exporter} before the host stopped. A longer time for the shutdown may save them.")]
        internal static partial void LogLast(ILogger logger, string exporter);

        [LoggerMessage(51, LogLevel.Warning, "The exporter {Exporter} was not closed properly ({Fault}).")]
        internal static partial void LogDisposal(ILogger logger, string exporter, string fault);

        [LoggerMessage(52, LogLevel.Warning, "The last totals were not exported by {Exporter} before the host stopped: the last export failed.")]
        internal static partial void LogLastFailure(ILogger logger, string exporter);
    }
}
