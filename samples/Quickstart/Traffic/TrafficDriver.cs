using Microsoft.AspNetCore.Hosting.Server;

namespace Quickstart.Traffic;

/// <summary>Drives the fleet's own routes over loopback, so that there is something to see: some thirty requests a second, and a socket or two.</summary>
sealed class TrafficDriver(IServer server, IHostApplicationLifetime lifetime, TimeProvider time) : BackgroundService
{
    // Long enough for the slowest call, and short enough that a stuck one shows.
    static readonly TimeSpan _deadline = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        try
        {
            await started.Task.WaitAsync(stoppingToken);
            await DriveAsync(LoopbackAddress.Of(server), stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops, and the traffic with it.
        }
    }

    async Task DriveAsync(Uri fleet, CancellationToken stopping)
    {
        using HttpClient http = new() { BaseAddress = fleet, Timeout = _deadline };
        Scenarios scenarios = new(http, time);
        SocketVisitor sockets = new(fleet);
        // One call at a time in each lane, so a slow server is never asked for more than this.
        await Task.WhenAll(
            RepeatAsync(TimeSpan.FromMilliseconds(100), scenarios.MissionAsync, stopping),
            RepeatAsync(TimeSpan.FromMilliseconds(150), scenarios.QueueAsync, stopping),
            RepeatAsync(TimeSpan.FromMilliseconds(300), scenarios.SafetyAsync, stopping),
            RepeatAsync(TimeSpan.FromMilliseconds(200), scenarios.TelemetryAsync, stopping),
            RepeatAsync(TimeSpan.FromMilliseconds(500), scenarios.ConfigurationAsync, stopping),
            RepeatAsync(TimeSpan.FromMilliseconds(100), scenarios.MapAsync, stopping),
            RepeatAsync(TimeSpan.FromMilliseconds(100), scenarios.RobotAsync, stopping),
            RepeatAsync(TimeSpan.FromMilliseconds(500), scenarios.SensorAsync, stopping),
            RepeatAsync(TimeSpan.FromSeconds(1), scenarios.ReportAsync, stopping),
            RepeatAsync(TimeSpan.FromSeconds(1), scenarios.MishapAsync, stopping),
            RepeatAsync(TimeSpan.FromSeconds(1), stop => sockets.VisitAsync("positions", stop), stopping),
            RepeatAsync(TimeSpan.FromSeconds(2), stop => sockets.VisitAsync("alarms", stop), stopping));
    }

    async Task RepeatAsync(TimeSpan every, Func<CancellationToken, Task> call, CancellationToken stopping)
    {
        using PeriodicTimer pace = new(every, time);
        do
        {
            try
            {
                await call(stopping);
            }
            catch (Exception failed) when (failed is HttpRequestException or TaskCanceledException && !stopping.IsCancellationRequested)
            {
                // A call that fails is traffic too: the server has counted it.
            }
        }
        while (await pace.WaitForNextTickAsync(stopping));
    }
}
