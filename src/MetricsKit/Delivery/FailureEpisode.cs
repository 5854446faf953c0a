using System.Globalization;
using System.Net.Http;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace MetricsKit;

/// <summary>Says in the log when something begins to fail, when it fails in another way, and when it works again, and nothing in between. Used by one thread at a time.</summary>
/// <param name="name">Who fails or works, as the subject of a sentence.</param>
/// <param name="logger">Where it is said.</param>
/// <param name="time">The clock of the episodes.</param>
/// <param name="next">What comes next, as a sentence that goes on.</param>
/// <remarks>Of an exception only the type and the beginning of the message are written: neither data nor inner exceptions, which may quote a request with its credentials.</remarks>
sealed partial class FailureEpisode(string name, ILogger logger, TimeProvider time, string next = "It is tried again")
{
    // Some messages quote a whole response. A line of the log that says what is wrong fits in this.
    const int MaxMessage = 500;

    // Whoever fails in turns, now like this and now like that, says so a few times, and then once an hour; more ways than this nobody reads. Arbitrary, both.
    const int MostKinds = 8;
    static readonly TimeSpan Again = TimeSpan.FromHours(1);

    // The kinds that were said within the hour, and when.
    readonly Dictionary<string, long> _said = new(StringComparer.Ordinal);

    long _since;
    string? _last;

    /// <summary>Failed attempts of the episode; 0 while all is well.</summary>
    internal long Failures { get; private set; }

    internal void Failed(Exception fault)
    {
        bool isFirst = ++Failures == 1;
        if (isFirst) Begin();
        bool isNews = IsNews(KindOf(fault));
        if (isFirst) Messages.LogFailure(logger, name, fault.GetType().Name, Brief(fault.Message), next);
        else if (isNews) Messages.LogChange(logger, name, fault.GetType().Name, Brief(fault.Message));
    }

    internal void Recovered()
    {
        if (Failures == 0) return;
        long failures = Failures;
        Failures = 0;
        Messages.LogRecovery(logger, name, Math.Round(time.GetElapsedTime(_since).TotalSeconds, 1), failures);
    }

    void Begin()
    {
        _since = time.GetTimestamp();
        _last = null;
        _said.Clear();
    }

    /// <summary>Whether a failure is not of the kind that was said last, nor of one that was said not long ago; from now on it is.</summary>
    bool IsNews(string? kind)
    {
        if (kind is null || kind == _last) return false;
        long now = time.GetTimestamp();
        foreach (var (said, at) in _said)
        {
            if (time.GetElapsedTime(at, now) >= Again) _said.Remove(said);
        }
        if (_said.Count >= MostKinds || !_said.TryAdd(kind, now)) return false;
        _last = kind;
        return true;
    }

    /// <summary>What tells failures apart that have different cures. Messages do not: they have numbers in them, and other people's words.</summary>
    static string? KindOf(Exception fault) => fault switch
    {
        IFailureOfAKind known => known.Kind,
        HttpRequestException http => $"{http.HttpRequestError} {http.StatusCode}",
        SocketException socket => $"{socket.SocketErrorCode}",
        IOException => string.Create(CultureInfo.InvariantCulture, $"{fault.GetType().Name} {fault.HResult}"), // the error of the system, if it is one
        _ => fault.GetType().Name,
    };

    static string Brief(string message) => message.Length <= MaxMessage ? message : string.Concat(message.AsSpan(0, MaxMessage), "...");

    static partial class Messages
    {
        [LoggerMessage(40, LogLevel.Warning, "{Name} failed ({Fault}: {Message}). {Next}, and further failures like it are not logged until it works.")]
        internal static partial void LogFailure(ILogger logger, string name, string fault, string message, string next);

        [LoggerMessage(41, LogLevel.Information, "{Name} works again after {Seconds} s and {Failures} failed attempts.")]
        internal static partial void LogRecovery(ILogger logger, string name, double seconds, long failures);

        [LoggerMessage(47, LogLevel.Warning, "{Name} fails in another way now ({Fault}: {Message}). Each way is logged once an hour at most, until it works.")]
        internal static partial void LogChange(ILogger logger, string name, string fault, string message);
    }
}
