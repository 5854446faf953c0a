using MetricsKit;

namespace Quickstart;

/// <summary>A pretended database behind a pool that opens connections as they are needed.</summary>
sealed class RobotDatabase(ApplicationMetrics application, PerformanceMetrics performance) : IDisposable
{
    public const int Robots = 50;

    const int MostConnections = 8;

    readonly SemaphoreSlim _free = new(MostConnections);
    readonly Lock _gate = new();
    int _open, _busy;

    public async Task QueryAsync(string kind, string table, int milliseconds, CancellationToken aborted)
    {
        await _free.WaitAsync(aborted);
        Take();
        try
        {
            using var connection = application.StartDatabaseConnection();
            using var query = performance.StartQuery(kind, table);
            await Task.Delay(milliseconds, aborted);
        }
        finally
        {
            Return();
            _free.Release();
        }
    }

    public void Dispose() => _free.Dispose();

    // The pool keeps what it has opened, so its size is the most that were ever busy at once.
    void Take()
    {
        lock (_gate)
        {
            if (++_busy > _open) performance.PoolResized(_open = _busy);
        }
    }

    void Return()
    {
        lock (_gate) _busy--;
    }
}

static class RobotRoutes
{
    public static void MapRobots(this WebApplication app)
    {
        app.MapGet("/robots/{id}", async (int id, RobotDatabase database, CancellationToken aborted) =>
        {
            if (id is < 1 or > RobotDatabase.Robots) return Results.NotFound("No such robot.");
            await database.QueryAsync("select", "robots", 2, aborted);
            return Results.Ok($"Robot {id} is well.");
        });
        app.MapPost("/robots/{id}", async (int id, RobotDatabase database, CancellationToken aborted) =>
        {
            if (id is < 1 or > RobotDatabase.Robots) return Results.NotFound("No such robot.");
            await database.QueryAsync("update", "robots", 8, aborted);
            return Results.NoContent();
        });
    }
}
