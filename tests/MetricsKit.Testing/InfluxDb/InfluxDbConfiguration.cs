namespace MetricsKit.Testing;

// Everything that influxd would otherwise take from, or put into, places of the machine.
static class InfluxDbConfiguration
{
    public static string Render(string directory, int port, bool authentication) => FormattableString.Invariant($"""
        reporting-disabled = true
        bind-address = "127.0.0.1:0"
        [meta]
          dir = "{directory}/meta"
        [data]
          dir = "{directory}/data"
          wal-dir = "{directory}/wal"
          query-log-enabled = false
        [monitor]
          store-enabled = false
        [continuous_queries]
          enabled = false
        [http]
          bind-address = "127.0.0.1:{port}"
          auth-enabled = {(authentication ? "true" : "false")}
          log-enabled = false
        [logging]
          format = "logfmt"
        """);
}
