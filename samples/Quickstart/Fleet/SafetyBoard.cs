using MetricsKit;

namespace Quickstart;

/// <summary>Safety events that wait for a response.</summary>
sealed class SafetyBoard(SafetyMetrics metrics, TimeProvider time)
{
    const int MostUnresolved = 1000; // of each kind; older events give way

    readonly Dictionary<(string Type, Severity Severity), Queue<long>> _unresolved = [];
    readonly Lock _gate = new();

    public void Report(string type, Severity severity)
    {
        metrics.EventOccurred(type, severity);
        lock (_gate)
        {
            if (!_unresolved.TryGetValue((type, severity), out var waiting)) _unresolved[(type, severity)] = waiting = [];
            if (waiting.Count == MostUnresolved) waiting.Dequeue();
            waiting.Enqueue(time.GetTimestamp());
            metrics.UnresolvedChanged(type, severity, waiting.Count);
        }
    }

    /// <summary>Responds to the oldest event of a kind; false when there is none.</summary>
    public bool TryRespond(string type, Severity severity)
    {
        lock (_gate)
        {
            if (!_unresolved.TryGetValue((type, severity), out var waiting) || !waiting.TryDequeue(out long occurred)) return false;
            metrics.Responded(type, time.GetElapsedTime(occurred));
            metrics.UnresolvedChanged(type, severity, waiting.Count);
            return true;
        }
    }
}

static class SafetyRoutes
{
    static readonly string[] _types = ["door", "laser", "bumper"];

    public static void MapSafety(this WebApplication app)
    {
        app.MapPost("/safety/{type}/{severity}", (string type, string severity, SafetyBoard board) =>
        {
            if (!TryRead(type, severity, out var known)) return Results.NotFound("No such safety event.");
            board.Report(type, known);
            return Results.Accepted();
        });
        app.MapPost("/safety/{type}/{severity}/response", (string type, string severity, SafetyBoard board) =>
            TryRead(type, severity, out var known) && board.TryRespond(type, known) ? Results.Ok("Responded.") : Results.NotFound("No such event waits."));
    }

    static bool TryRead(string type, string severity, out Severity known) => Words.TryRead(severity, out known) && _types.Contains(type);
}
