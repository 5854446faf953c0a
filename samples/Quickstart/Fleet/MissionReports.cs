using MetricsKit;

namespace Quickstart;

/// <summary>Missions that vehicles report after the fact, as samples.</summary>
/// <remarks>
/// The predefined meter has <c>mission_duration_seconds</c> and <c>missions_total</c>, so these have names of their own. The id of a mission is no tag: there would be a series for each mission.
/// </remarks>
static class MissionReports
{
    const double MostSeconds = 24 * 60 * 60;

    static readonly string[] _types = ["transport", "charging", "inspection"];

    public static void MapMissionReports(this WebApplication app) =>
        app.MapPost("/missions/{type}/reports", (string type, double seconds, bool success, IMetricRecorder recorder) =>
        {
            if (!_types.Contains(type)) return Results.NotFound("No such mission.");
            if (seconds is not (>= 0 and <= MostSeconds)) return Results.BadRequest("No mission takes so long.");
            return recorder.RecordMission(type, seconds, success) ? Results.Accepted() : Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        });

    /// <summary>The success is an increment of 1 or 0: the sum of its samples is how many missions succeeded, and their number how many there were.</summary>
    static bool RecordMission(this IMetricRecorder recorder, string type, double seconds, bool success) =>
        recorder.Record("mission_report_duration_seconds", seconds, SampleKind.Histogram, ("type", type))
        & recorder.Record("mission_report_success", success ? 1 : 0, SampleKind.Counter, ("type", type));
}
