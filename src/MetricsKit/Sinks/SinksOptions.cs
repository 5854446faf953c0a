namespace MetricsKit;

/// <summary>The sinks of recorded samples. One is on when its section is present or its <c>Add…</c> was called; the instruments sink is on unless it is switched off.</summary>
public sealed class SinksOptions
{
    /// <summary>Custom metrics in snapshots and on <c>/metrics</c>.</summary>
    public InstrumentsSinkOptions Instruments { get; } = new();

    /// <summary>Lines in files; null: off.</summary>
    public FileSinkOptions? File { get; set; }

    /// <summary>InfluxDB; null: off.</summary>
    public InfluxDbSinkOptions? InfluxDb { get; set; }

    /// <summary>The host's log; null: off.</summary>
    public LogSinkOptions? Log { get; set; }
}
