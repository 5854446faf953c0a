using System.Globalization;

namespace Quickstart.Traffic;

/// <summary>What clients of a fleet do, well and badly.</summary>
sealed class Scenarios(HttpClient http, TimeProvider time)
{
    static readonly string[] _missions = ["transport", "transport", "transport", "charging", "inspection"];
    static readonly string[] _priorities = ["normal", "normal", "high", "low"];
    static readonly string[] _events = ["door/info", "door/warning", "laser/info", "laser/warning", "bumper/warning", "laser/critical"];
    static readonly string[] _data = ["position", "battery", "motor"];
    static readonly string[] _settings = ["speed?value=1.5", "battery?value=20", "zones?value=12", "speed?value=99", "battery?value=500"];
    static readonly string[] _mishaps = ["/crash", "/wp-login.php", "/.env", "/robots/4711", "/missions"];

    // One in eight fails, one in twenty is slow.
    public Task MissionAsync(CancellationToken stopping)
    {
        string outcome = Random.Shared.Next(8) == 0 ? "fail" : "ok";
        int milliseconds = Random.Shared.Next(20) == 0 ? 1500 : Random.Shared.Next(10, 120);
        return SendAsync(HttpMethod.Post, $"/missions/{Any(_missions)}?outcome={outcome}&ms={milliseconds}", stopping);
    }

    public async Task QueueAsync(CancellationToken stopping)
    {
        // As many leave as come, so the queue wanders about instead of growing.
        string path = Random.Shared.Next(2) == 0 ? $"/queue/{Any(_priorities)}" : "/queue/next";
        await SendAsync(HttpMethod.Post, path, stopping);
    }

    public async Task SafetyAsync(CancellationToken stopping)
    {
        string what = Any(_events);
        await SendAsync(HttpMethod.Post, $"/safety/{what}", stopping);
        // Some wait for a later response.
        if (Random.Shared.Next(4) != 0) await SendAsync(HttpMethod.Post, $"/safety/{what}/response", stopping);
    }

    public Task TelemetryAsync(CancellationToken stopping)
    {
        long sent = time.GetUtcNow().ToUnixTimeMilliseconds() - Random.Shared.Next(200);
        string query = string.Create(CultureInfo.InvariantCulture, $"?points={Random.Shared.Next(1, 50)}&sent={sent}");
        return SendAsync(HttpMethod.Post, $"/telemetry/{Any(_data)}/{Random.Shared.Next(1, 5)}{query}", stopping);
    }

    public Task ConfigurationAsync(CancellationToken stopping) => SendAsync(HttpMethod.Put, $"/config/{Any(_settings)}", stopping);

    // Twelve zones in a cache of eight: most are found, some are not.
    public Task MapAsync(CancellationToken stopping) => SendAsync(HttpMethod.Get, $"/maps/{Random.Shared.Next(1, 13)}", stopping);

    public Task RobotAsync(CancellationToken stopping)
    {
        var method = Random.Shared.Next(4) == 0 ? HttpMethod.Post : HttpMethod.Get;
        // Two at once, so that the pool has reason to grow.
        return Task.WhenAll(SendAsync(method, $"/robots/{Random.Shared.Next(1, 51)}", stopping), SendAsync(HttpMethod.Get, $"/robots/{Random.Shared.Next(1, 51)}", stopping));
    }

    // Some lie in the past: vehicles were out of reach.
    public Task SensorAsync(CancellationToken stopping)
    {
        long at = time.GetUtcNow().ToUnixTimeMilliseconds() - Random.Shared.Next(2000);
        string query = string.Create(CultureInfo.InvariantCulture, $"?temperature={Random.Shared.Next(180, 260) / 10.0}&humidity={Random.Shared.Next(30, 60)}&pressure={Random.Shared.Next(1000, 1025)}&at={at}");
        return SendAsync(HttpMethod.Post, $"/sensors/s{Random.Shared.Next(1, 4)}/readings{query}", stopping);
    }

    public Task ReportAsync(CancellationToken stopping) =>
        SendAsync(HttpMethod.Post, $"/missions/{Any(_missions)}/reports?seconds={Random.Shared.Next(10, 900)}&success={Random.Shared.Next(8) != 0}", stopping);

    public Task MishapAsync(CancellationToken stopping) => SendAsync(HttpMethod.Get, Any(_mishaps), stopping);

    async Task SendAsync(HttpMethod method, string path, CancellationToken stopping)
    {
        using HttpRequestMessage request = new(method, path);
        using var answer = await http.SendAsync(request, stopping); // 404 and 500 are answers
    }

    static string Any(string[] choices) => choices[Random.Shared.Next(choices.Length)];
}
