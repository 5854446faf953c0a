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
        POST /sensors/{id}/readings               a reading of s1, s2 or s3: ?temperature=21.5&humidity=45&pressure=1013&at=<Unix time in ms>
        POST /missions/{type}/reports             a mission that was measured elsewhere: ?seconds=42&success=true
        GET  /crash                               always fails

        Three sensors record temperature, humidity and pressure each second. Where samples go is configuration alone, such as environment variables:

        MetricsKit__Sinks__File__Directory=metrics                lines of JSON in files, or of CSV with MetricsKit__Sinks__File__Format=csv
        MetricsKit__Sinks__InfluxDb__Url=http://localhost:8086    InfluxDB
        MetricsKit__Sinks__Log__Level=Information                 the log
        MetricsKit__Json__Path=snapshot.json                      everything on /metrics as a JSON document, again and again
        OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318         everything on /metrics to an OpenTelemetry collector

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
