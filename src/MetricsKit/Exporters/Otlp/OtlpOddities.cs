using Microsoft.Extensions.Logging;

namespace MetricsKit;

/// <summary>Tells the log, once an episode, that accepted requests are not wholly accepted, and once that points are lost. A partial success is a success, so nobody else tells of it.</summary>
/// <param name="exporter">The exporter's name.</param>
/// <param name="logger">Where it is told.</param>
/// <param name="time">The clock of the episodes.</param>
sealed partial class OtlpOddities(string exporter, ILogger logger, TimeProvider time)
{
    long _since, _exports;
    bool _lossTold;

    /// <summary>Tells of one export.</summary>
    /// <param name="server">Who answered.</param>
    /// <param name="said">The first odd thing that it said; null when there is none.</param>
    /// <param name="rejected">How many points it rejected.</param>
    /// <param name="points">How many points there were.</param>
    /// <param name="isPlain">Whether all points were brought, so that silence means that all is well.</param>
    internal void Tell(string server, string? said, long rejected, long points, bool isPlain)
    {
        if (said is not null)
        {
            bool isFirst = ++_exports == 1;
            if (isFirst) _since = time.GetTimestamp();
            bool isLoss = rejected > 0 && !_lossTold;
            _lossTold |= isLoss;
            if (isLoss) Messages.LogRejection(logger, rejected, points, exporter, server, said);
            else if (isFirst) Messages.LogOddity(logger, exporter, server, said);
        }
        else if (isPlain && points > 0 && _exports > 0)
        {
            long exports = _exports;
            _exports = 0;
            _lossTold = false;
            Messages.LogPlain(logger, exporter, Math.Round(time.GetElapsedTime(_since).TotalSeconds, 1), exports);
        }
    }

    static partial class Messages
    {
        [LoggerMessage(53, LogLevel.Warning, "{Rejected} of {Points} points of the exporter {Exporter} were rejected and are not sent again: {Server} {Said}. Further ones are not logged until all points are accepted.")]
        internal static partial void LogRejection(ILogger logger, long rejected, long points, string exporter, string server, string said);

        [LoggerMessage(54, LogLevel.Warning, "The exporter {Exporter} got through, with an answer that is not plain: {Server} {Said}. Further ones are not logged until one is.")]
        internal static partial void LogOddity(ILogger logger, string exporter, string server, string said);

        [LoggerMessage(55, LogLevel.Information, "All points of the exporter {Exporter} are plainly accepted again after {Seconds} s and {Exports} exports that were not.")]
        internal static partial void LogPlain(ILogger logger, string exporter, double seconds, long exports);
    }
}
