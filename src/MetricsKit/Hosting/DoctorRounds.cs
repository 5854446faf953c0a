using Microsoft.Extensions.Logging;

namespace MetricsKit;

/// <summary>Writes the doctor's findings to the log twice: when the host has just started, and when meters that are made late have been.</summary>
/// <remarks>Each finding is written once. What the kit reports by itself when it happens is left to that: unknown keys, conflicts, limits and callbacks.</remarks>
sealed partial class DoctorRounds(Func<MetricsKitDoctor> doctor, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>After the work of the start, which it is not to delay; arbitrary.</summary>
    internal static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    /// <summary>When the first requests, connections and jobs have made their meters; arbitrary.</summary>
    internal static readonly TimeSpan Second = TimeSpan.FromMinutes(1);

    static readonly string[] ReportedElsewhere = ["unknown-key", "name-conflict", "series-limit", "callback-failed", "callback-hung"];

    readonly Lock _reporting = new();
    HashSet<(string Code, string Subject)>? _said;
    ITimer? _timer;
    int _rounds;

    /// <summary>Begins; the rounds end by themselves.</summary>
    internal void Begin() => _timer ??= time.CreateTimer(_ => Go(), null, First, Timeout.InfiniteTimeSpan);

    public void Dispose() => _timer?.Dispose();

    void Go()
    {
        try
        {
            lock (_reporting) Report(isLast: ++_rounds > 1);
            if (_rounds == 1) _timer?.Change(Second - First, Timeout.InfiniteTimeSpan);
            else _timer?.Dispose();
        }
        catch (Exception) { return; } // the host may be gone, or its log may throw: a report is not worth a process
    }

    void Report(bool isLast)
    {
        foreach (var finding in doctor().Diagnose())
        {
            // A pattern may be meant for an instrument that is still to come.
            if (ReportedElsewhere.Contains(finding.Code) || finding.Code == "pattern-unmatched" && !isLast || !(_said ??= []).Add((finding.Code, finding.Subject))) continue;
            if (finding.Code is "meter-not-selected" or "meter-of-another-host") Messages.LogHint(logger, finding.Advice);
            else Messages.LogFinding(logger, finding.Advice);
        }
    }

    /// <summary>Apart, since messages are made ready together: the start of a host does not wait for it.</summary>
    static partial class Messages
    {
        [LoggerMessage(30, LogLevel.Warning, "{Finding}")]
        internal static partial void LogFinding(ILogger logger, string finding);

        [LoggerMessage(31, LogLevel.Information, "{Finding}")]
        internal static partial void LogHint(ILogger logger, string finding);
    }
}
