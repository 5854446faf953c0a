namespace MetricsKit;

/// <summary>The InfluxDB sink: line protocol over HTTP, for InfluxDB 1.x and what speaks its <c>/write</c>.</summary>
public sealed class InfluxDbSinkOptions : SinkOptions
{
    /// <summary>The server, such as <c>http://localhost:8086</c>; a path before <c>/write</c> may follow, a user may not (<see cref="Username"/>).</summary>
    /// <remarks>It is connected directly: a proxy of the environment is not used.</remarks>
    public string Url { get; set; } = "";

    /// <summary>The database. It is created when it is missing and <see cref="CreateDatabase"/> is on.</summary>
    /// <value>The default is <c>metrics</c>.</value>
    public string Database { get; set; } = "metrics";

    /// <summary>The user; empty: none.</summary>
    public string Username { get; set; } = "";

    /// <summary>The user's password. It appears in no log and no exception.</summary>
    public string Password { get; set; } = "";

    /// <summary>The precision of timestamps: <c>ns</c>, <c>u</c>, <c>ms</c>, <c>s</c>.</summary>
    /// <value>The default is <c>ns</c>.</value>
    /// <remarks>
    /// InfluxDB keeps one point of a series for each timestamp. With <c>ns</c> the sink keeps samples of the same moment by moving them to the next free nanosecond;
    /// with a coarser precision the last one takes the place of the others, which counts as acknowledged and is said once in the log.
    /// </remarks>
    public string Precision { get; set; } = "ns";

    /// <summary>The retention policy to write to; empty: the database's default one. Created with <see cref="Retention"/> when it is missing.</summary>
    public string RetentionPolicy { get; set; } = "";

    /// <summary>How long the retention policy keeps data; zero: for ever.</summary>
    /// <value>The default is 30 days.</value>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Whether database and retention policy are created when they are missing.</summary>
    /// <value>The default is true.</value>
    public bool CreateDatabase { get; set; } = true;

    /// <summary>Whether bodies are compressed with gzip.</summary>
    /// <value>The default is true.</value>
    public bool Compress { get; set; } = true;
}
