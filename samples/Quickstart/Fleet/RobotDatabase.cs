using MetricsKit;

namespace Quickstart;

/// <summary>A pretended database behind a pool that opens connections as they are needed.</summary>
sealed class RobotDatabase(ApplicationMetrics application, PerformanceMetrics performance) : IDisposable
{
    const int MostConnections = 8;

    readonly SemaphoreSlim _free = new(MostConnections);
    int _open, _busy;

    public async Task QueryAsync(string kind, string table, int milliseconds, CancellationToken aborted)
    {
        await _free.WaitAsync(aborted);
        try
        {
            using var connection = application.StartDatabaseConnection();
            Open(Interlocked.Increment(ref _busy));
            using var query = performance.StartQuery(kind, table);
            await Task.Delay(milliseconds, aborted);
        }
        finally
        {
            Interlocked.Decrement(ref _busy);
            _free.Release();
        }
    }

    public void Dispose() => _free.Dispose();

    // The pool keeps what it has opened, so its size is the most that were ever busy at once.
    void Open(int busy)
    {
        int open = Volatile.Read(ref _open);
        while (busy > open)
        {
            int seen = Interlocked.CompareExchange(ref _open, busy, open);
            if (seen == open)
            {
                performance.PoolResized(busy);
                return;
            }
            open = seen;
        }
    }
}

static class RobotRoutes
{
    public static void MapRobots(this WebApplication app)
    {
        app.MapGet("/robots/{id:range(1,50)}", async (int id, RobotDatabase database, CancellationToken aborted) =>
        {
            await database.QueryAsync("select", "robots", 2, aborted);
            return Results.Ok($"Robot {id} is well.\n");
        });
        app.MapPost("/robots/{id:range(1,50)}", async (int id, RobotDatabase database, CancellationToken aborted) =>
        {
            await database.QueryAsync("update", "robots", 8, aborted);
            return Results.NoContent();
        });
    }
}
