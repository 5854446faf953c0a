using Microsoft.Extensions.Logging;

namespace MetricsKit;

/// <summary>What lanes say in the log besides their episodes of failure.</summary>
static partial class LaneMessages
{
    [LoggerMessage(42, LogLevel.Warning, "The queue of {Name} is full: the oldest is dropped and counted. Give it a larger queue, or a faster destination.")]
    internal static partial void LogOverflow(ILogger logger, string name);

    [LoggerMessage(43, LogLevel.Information, "The queue of {Name} is empty again; {Dropped} were dropped.")]
    internal static partial void LogRoom(ILogger logger, string name, long dropped);

    [LoggerMessage(44, LogLevel.Warning, "{Name} stopped before everything was delivered; {Dropped} were dropped. A longer time for the shutdown may save them.")]
    internal static partial void LogUndelivered(ILogger logger, string name, long dropped);

    [LoggerMessage(45, LogLevel.Warning, "{Name} was not closed properly ({Fault}).")]
    internal static partial void LogLast(ILogger logger, string name, string fault);

    [LoggerMessage(46, LogLevel.Error, "A callback of {Name} failed ({Fault}: {Message}). Such failures are counted, and further ones not logged.")]
    internal static partial void LogCallbackFault(ILogger logger, string name, string fault, string message);
}
