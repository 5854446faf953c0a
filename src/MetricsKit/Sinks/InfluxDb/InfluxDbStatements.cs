using System.Globalization;

namespace MetricsKit;

/// <summary>The statements of InfluxQL that the sink needs. What comes from the configuration is quoted: it ends no identifier.</summary>
static class InfluxDbStatements
{
    /// <summary>Creates the database; its first retention policy is the default one, and has the name of the options if they give one.</summary>
    internal static string CreateDatabase(InfluxDbSinkOptions options)
    {
        string name = options.RetentionPolicy.Length == 0 ? "" : $" NAME {Quote(options.RetentionPolicy)}";
        return $"CREATE DATABASE {Quote(options.Database)} WITH DURATION {Duration(options.Retention)} REPLICATION 1{name}";
    }

    /// <summary>Creates the retention policy in a database that is there, beside its default one.</summary>
    internal static string CreateRetentionPolicy(InfluxDbSinkOptions options) =>
        $"CREATE RETENTION POLICY {Quote(options.RetentionPolicy)} ON {Quote(options.Database)} DURATION {Duration(options.Retention)} REPLICATION 1";

    internal static string Quote(string identifier) =>
        "\"" + identifier.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal) + "\"";

    static string Duration(TimeSpan retention) => retention == TimeSpan.Zero ? "INF" : string.Create(CultureInfo.InvariantCulture, $"{(long)Math.Ceiling(retention.TotalSeconds)}s");
}
