using Microsoft.Extensions.Logging;

namespace MetricsKit;

/// <summary>What a file sink has to say. Failures of a write are thrown, and told by who calls it.</summary>
sealed partial class FileSinkLog(ILogger logger)
{
    bool _isFailing;

    internal void Repaired(string path, long bytes) => LogRepaired(logger, path, bytes);

    internal void MovedAside(string path, string aside) => LogMovedAside(logger, path, aside);

    internal void CannotRepair(string path, Exception why) => LogCannotRepair(logger, why, path);

    /// <summary>Once until it works again. Where the disk says what is wrong, such as that the directory has gone, nobody needs to know which of our calls it said it to.</summary>
    internal void CannotTidy(string directory, Exception why)
    {
        if (!_isFailing) LogCannotTidy(logger, why is IOException or UnauthorizedAccessException ? null : why, directory, why.GetType().Name, why.Message);
        _isFailing = true;
    }

    internal void Tidied(string directory)
    {
        if (_isFailing) LogTidied(logger, directory);
        _isFailing = false;
    }

    [LoggerMessage(60, LogLevel.Warning, "The file {Path} ended in the middle of a line: its last {Bytes} bytes, which were never acknowledged, are cut off.")]
    static partial void LogRepaired(ILogger logger, string path, long bytes);

    [LoggerMessage(61, LogLevel.Warning, "The file {Path} has a name of the sink's, but not its lines: it is now {Aside}, and another is written.")]
    static partial void LogMovedAside(ILogger logger, string path, string aside);

    [LoggerMessage(62, LogLevel.Warning, "The file {Path} could not be looked through after the start: it is left as it is, and another is written.")]
    static partial void LogCannotRepair(ILogger logger, Exception why, string path);

    [LoggerMessage(63, LogLevel.Warning, "Closed files in {Directory} could not be compressed or deleted ({Fault}: {Message}). It is tried again with the next file.")]
    static partial void LogCannotTidy(ILogger logger, Exception? why, string directory, string fault, string message);

    [LoggerMessage(64, LogLevel.Information, "Closed files in {Directory} are compressed and deleted again.")]
    static partial void LogTidied(ILogger logger, string directory);
}
