using MetricsKit;

namespace Quickstart;

static class TelemetryRoutes
{
    const int MostPoints = 100_000; // in one request

    public static void MapTelemetry(this WebApplication app) =>
        app.MapPost("/telemetry/{dataType:regex(^(position|battery|motor)$)}/{moduleId:range(1,8)}", (string dataType, int moduleId, int? points, long? sent, BusinessMetrics business, TimeProvider time) =>
        {
            if (points is < 1 or > MostPoints) return Results.BadRequest("The number of points is wrong.\n");
            business.TelemetryReceived(dataType, $"module_{moduleId}", points ?? 1);
            // A clock that runs ahead must not give negative latencies.
            if (sent is { } at) business.TelemetryDelayed(dataType, TimeSpan.FromMilliseconds(Math.Max(0, time.GetUtcNow().ToUnixTimeMilliseconds() - at)));
            return Results.Accepted();
        });
}
