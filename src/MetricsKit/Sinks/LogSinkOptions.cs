namespace MetricsKit;

/// <summary>The log sink: each sample as an entry of the host's log, to see what is recorded while developing.</summary>
public sealed class LogSinkOptions : SinkOptions
{
    /// <summary>The level of the entries: <c>Trace</c>, <c>Debug</c>, <c>Information</c> and so on.</summary>
    /// <value>The default is <c>Information</c>.</value>
    public string Level { get; set; } = "Information";
}
