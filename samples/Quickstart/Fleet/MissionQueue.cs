using MetricsKit;

namespace Quickstart;

/// <summary>Missions that wait, by priority.</summary>
sealed class MissionQueue(ApplicationMetrics metrics)
{
    const int Capacity = 1000; // a queue without a bound is a leak

    readonly long[] _waiting = new long[Enum.GetValues<MissionPriority>().Length];
    readonly Lock _gate = new();

    public bool TryAdd(MissionPriority priority)
    {
        lock (_gate)
        {
            if (_waiting[(int)priority] >= Capacity) return false;
            metrics.MissionQueueChanged(priority, ++_waiting[(int)priority]);
            return true;
        }
    }

    /// <summary>Takes the most urgent mission; null when none waits.</summary>
    public MissionPriority? TakeNext()
    {
        lock (_gate)
        {
            int most = Array.FindIndex(_waiting, waiting => waiting > 0);
            if (most < 0) return null;
            metrics.MissionQueueChanged((MissionPriority)most, --_waiting[most]);
            return (MissionPriority)most;
        }
    }
}

static class MissionQueueRoutes
{
    public static void MapMissionQueue(this WebApplication app)
    {
        app.MapPost("/queue/{priority}", (string priority, MissionQueue queue) =>
            !Words.TryRead(priority, out MissionPriority known) ? Results.NotFound("No such priority.")
            : queue.TryAdd(known) ? Results.Accepted()
            : Results.StatusCode(StatusCodes.Status503ServiceUnavailable));
        app.MapPost("/queue/next", (MissionQueue queue) =>
            queue.TakeNext() is { } priority ? Results.Ok($"A mission of {priority} priority starts.") : Results.NoContent());
    }
}
