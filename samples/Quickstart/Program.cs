using MetricsKit;
using Quickstart;

var builder = WebApplication.CreateBuilder(CommandLine.Read(args));
builder.Services.AddMetricsKit();        // configured by the section "MetricsKit"; Prefix = "oht50" there
builder.AddFleet();

var app = builder.Build();
app.UseMetricsKit();     // measure HTTP requests
app.MapMetricsKit();     // GET /metrics

app.MapPost("/missions/{type}", async (string type, string? outcome, int? ms, BusinessMetrics business, CancellationToken aborted) =>
{
    using var mission = business.StartMission(type);     // counts it, times it, knows it is active; disposed without a word = failed
    await Vehicle.DriveAsync(ms, aborted);
    if (outcome == "fail") return Results.Conflict($"The {type} mission failed.\n");
    mission.Succeed();
    return Results.Ok($"The {type} mission succeeded.\n");
});

app.MapFleet();
app.Run();
