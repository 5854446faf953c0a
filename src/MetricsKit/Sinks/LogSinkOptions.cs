using Microsoft.Extensions.Logging;

namespace MetricsKit;

/// <summary>The log sink: each sample as an entry of the host's log, to see what is recorded while developing.</summary>
/// <remarks>The category is <c>MetricsKit.Samples</c>. An entry has the properties <c>Name</c>, <c>Kind</c>, <c>Tags</c>, <c>Timestamp</c> and <c>Value</c>.</remarks>
public sealed class LogSinkOptions : SinkOptions
{
    /// <summary>The level of the entries: <c>Trace</c>, <c>Debug</c>, <c>Information</c>, <c>Warning</c>, <c>Error</c> or <c>Critical</c>. Where the host's log leaves it out, the samples are left out.</summary>
    /// <value>The default is <c>Information</c>.</value>
    public string Level { get; set; } = nameof(LogLevel.Information);

    /// <summary>The level; null when there is none of that name.</summary>
    internal LogLevel? Parsed
    {
        get
        {
            for (var level = LogLevel.Trace; level <= LogLevel.Critical; level++)
            {
                if (string.Equals(level.ToString(), Level, StringComparison.OrdinalIgnoreCase)) return level;
            }
            return null;
        }
    }

    /// <summary>What is wrong with the level, in a sentence.</summary>
    internal IEnumerable<string> Faults(string path)
    {
        if (Parsed is null) yield return $"{path}:Level is '{Level}': it must be Trace, Debug, Information, Warning, Error or Critical; to switch the sink off, remove the section.";
    }
}
