using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Quickstart;

/// <summary>Says where to look once the server has bound its addresses.</summary>
sealed class Signpost(IServer server, IOptions<MetricsKit.MetricsKitOptions> options, IConfiguration configuration, IHostApplicationLifetime lifetime) : IHostedService
{
    public const string Routes = """
        A small fleet backend that measures itself.

        GET  /metrics                             what it measured, for Prometheus
        POST /missions/{type}?outcome=fail&ms=50  drive a mission
        POST /queue/{priority}                    enqueue a mission: high, normal or low
        POST /queue/next                          take the most urgent mission
        POST /safety/{type}/{severity}            a safety event: info, warning or critical
        POST /safety/{type}/{severity}/response   respond to the oldest such event
        POST /telemetry/{dataType}/{moduleId}     telemetry: ?points=10&sent=<Unix time in ms>
        PUT  /config/{type}?value=                change the configuration: speed, battery or zones
        GET  /ws/{channel}                        WebSocket that echoes: positions or alarms
        GET  /maps/{zone}                         a map, from the cache if it is there
        GET  /robots/{id}                         a robot, from the database
        POST /robots/{id}                         save a robot
        GET  /crash                               always fails

        """;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Ports are known only after the server has started, which is after this.
        lifetime.ApplicationStarted.Register(Print);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    void Print()
    {
        var metrics = new Uri(LoopbackAddress.Of(server), options.Value.Prometheus.Path);
        Console.WriteLine($"""

            The fleet is at   {LoopbackAddress.Of(server)}
            Its metrics are   {metrics}

                curl -s {metrics}

            {(configuration.GetValue<bool>("traffic") ? "Traffic is on: ask twice and the numbers have moved." : "Start it with --traffic to see the numbers move.")}

            """);
    }
}
