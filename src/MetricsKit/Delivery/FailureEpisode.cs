using Microsoft.Extensions.Logging;

namespace MetricsKit;

/// <summary>Says in the log when something begins to fail and when it works again, and nothing in between. Used by one thread at a time.</summary>
/// <param name="name">Who fails or works, as the subject of a sentence.</param>
/// <param name="logger">Where it is said.</param>
/// <param name="time">The clock of the episodes.</param>
/// <param name="next">What comes next, as a sentence that goes on.</param>
/// <remarks>Of an exception only the type and the beginning of the message are written: neither data nor inner exceptions, which may quote a request with its credentials.</remarks>
sealed partial class FailureEpisode(string name, ILogger logger, TimeProvider time, string next = "It is tried again")
{
    // Some messages quote a whole response. A line of the log that says what is wrong fits in this.
    const int MaxMessage = 500;

    long _since;

    /// <summary>Failed attempts of the episode; 0 while all is well.</summary>
    internal long Failures { get; private set; }

    internal void Failed(Exception fault)
    {
        if (++Failures > 1) return;
        _since = time.GetTimestamp();
        Messages.LogFailure(logger, name, fault.GetType().Name, Brief(fault.Message), next);
    }

    internal void Recovered()
    {
        if (Failures == 0) return;
        long failures = Failures;
        Failures = 0;
        Messages.LogRecovery(logger, name, Math.Round(time.GetElapsedTime(_since).TotalSeconds, 1), failures);
    }

    static string Brief(string message) => message.Length <= MaxMessage ? message : string.Concat(message.AsSpan(0, MaxMessage), "...");

    static partial class Messages
    {
        [LoggerMessage(40, LogLevel.Warning, "{Name} failed ({Fault}: {Message}). {Next}, and further failures are not logged until it works.")]
        internal static partial void LogFailure(ILogger logger, string name, string fault, string message, string next);

        [LoggerMessage(41, LogLevel.Information, "{Name} works again after {Seconds} s and {Failures} failed attempts.")]
        internal static partial void LogRecovery(ILogger logger, string name, double seconds, long failures);
    }
}
