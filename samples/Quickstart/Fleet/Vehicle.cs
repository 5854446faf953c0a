namespace Quickstart;

/// <summary>Stands in for a robot that takes its time.</summary>
static class Vehicle
{
    const int UsualMilliseconds = 20, MostMilliseconds = 10_000; // a request must not be able to occupy the sample for long

    public static Task DriveAsync(int? milliseconds, CancellationToken aborted) =>
        Task.Delay(Math.Clamp(milliseconds ?? UsualMilliseconds, 0, MostMilliseconds), aborted);
}
