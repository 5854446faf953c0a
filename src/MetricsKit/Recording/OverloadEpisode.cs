using Microsoft.Extensions.Logging;

namespace MetricsKit;

/// <summary>Says once that the recorder has no room, and once that it has again, with what that cost.</summary>
sealed partial class OverloadEpisode(ILogger logger)
{
    long _lost, _lostBefore;
    bool _lasts;

    /// <summary>Looks at how many samples were lost for want of room so far; called once an interval.</summary>
    internal void Look(long lost)
    {
        bool more = lost > _lost;
        if (more && !_lasts)
        {
            _lostBefore = _lost;
            LogBegan(logger);
        }
        else if (!more && _lasts) LogEnded(logger, lost - _lostBefore);
        (_lasts, _lost) = (more, lost);
    }

    [LoggerMessage(31, LogLevel.Warning, "The recorder has no room for all samples that are recorded: some are lost, and counted. Record less, or raise MetricsKit:Recorder:Capacity.")]
    static partial void LogBegan(ILogger logger);

    [LoggerMessage(32, LogLevel.Warning, "The recorder has room again; {Lost} samples were lost.")]
    static partial void LogEnded(ILogger logger, long lost);
}
