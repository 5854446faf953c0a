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
    public static void MapSafety(this WebApplication app)
    {
        // What a client may write into a label is a short list here: a label is no place for free text.
        var safety = app.MapGroup("/safety/{type:regex(^(door|laser|bumper)$)}/{severity}");
        safety.MapPost("", (string type, Severity severity, SafetyBoard board) =>
        {
            board.Report(type, severity);
            return Results.Accepted();
        });
        safety.MapPost("/response", (string type, Severity severity, SafetyBoard board) =>
            board.TryRespond(type, severity) ? Results.Ok("Responded.\n") : Results.NotFound("No such event waits.\n"));
    }
}
