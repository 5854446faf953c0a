using Quickstart.Traffic;

namespace Quickstart;

/// <summary>Puts the fleet together.</summary>
static class FleetExtensions
{
    public static void AddFleet(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<MissionQueue>();
        builder.Services.AddSingleton<SafetyBoard>();
        builder.Services.AddSingleton<FleetConfiguration>();
        builder.Services.AddSingleton<MapCache>();
        builder.Services.AddSingleton<RobotDatabase>();
        builder.Services.AddSingleton<Sensors>();
        builder.Services.AddHostedService(static services => services.GetRequiredService<Sensors>());
        builder.Services.AddHostedService<Signpost>();
        builder.AskForOtlp();
        if (builder.Configuration.GetValue<bool>("traffic")) builder.Services.AddHostedService<TrafficDriver>();
    }

    // A variable alone makes the kit export nothing: whoever wants that asks for it, as this program does.
    static void AskForOtlp(this WebApplicationBuilder builder)
    {
        string[] endpoints = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"];
        if (endpoints.Any(name => !string.IsNullOrWhiteSpace(builder.Configuration[name]))) builder.Services.AddMetricsKit().AddOtlpExporter();
    }

    public static void MapFleet(this WebApplication app)
    {
        app.UseWebSockets();
        app.MapGet("/", () => Signpost.Routes);
        app.MapMissionQueue();
        app.MapSafety();
        app.MapTelemetry();
        app.MapConfiguration();
        app.MapChannels();
        app.MapMaps();
        app.MapRobots();
        app.MapSensors();
        app.MapMissionReports();
        app.MapGet("/crash", string () => throw new InvalidOperationException("This route always fails, to be seen as a 500."));
    }
}
