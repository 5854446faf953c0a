using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Sinks.InfluxDb;

/// <summary>One server for all tests that do not kill it; each has a database of its own.</summary>
[CollectionDefinition(Name)]
public sealed class SharedInfluxDb : IAsyncLifetime, ICollectionFixture<SharedInfluxDb>
{
    public const string Name = "influxdb";

    RealInfluxDb? _server;

    public RealInfluxDb Server => _server ?? throw new InvalidOperationException("influxdb is not installed.");

    /// <summary>The tests that want it are skipped where it is missing, or say so themselves.</summary>
    public async Task InitializeAsync()
    {
        if (new InfluxDbFactAttribute().Skip is null) _server = await RealInfluxDb.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }
}
