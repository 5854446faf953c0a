using MetricsKit;

namespace Quickstart;

static class TelemetryRoutes
{
    const int MostPoints = 100_000, Modules = 8; // points in one request

    static readonly string[] _dataTypes = ["position", "battery", "motor"];

    public static void MapTelemetry(this WebApplication app) =>
        app.MapPost("/telemetry/{dataType}/{moduleId}", (string dataType, int moduleId, int? points, long? sent, BusinessMetrics business, TimeProvider time) =>
        {
            if (!_dataTypes.Contains(dataType) || moduleId is < 1 or > Modules) return Results.NotFound("No such module or data.");
            if (points is < 1 or > MostPoints) return Results.BadRequest("The number of points is wrong.");
            business.TelemetryReceived(dataType, $"module_{moduleId}", points ?? 1);
            // A clock that runs ahead must not give negative latencies.
            if (sent is { } at) business.TelemetryDelayed(dataType, TimeSpan.FromMilliseconds(Math.Max(0, time.GetUtcNow().ToUnixTimeMilliseconds() - at)));
            return Results.Accepted();
        });
}
