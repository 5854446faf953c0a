using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace MetricsKit.Testing;

/// <summary>A real InfluxDB on loopback with a directory of its own; both are gone when it is disposed. It can be killed, and started again on the same port.</summary>
public sealed class RealInfluxDb : IAsyncDisposable
{
    /// <summary>The administrator of a server with authentication, and the password.</summary>
    public const string Administrator = "root", Password = "t0p s:cret";

    const int AnyPort = 0;

    static readonly TimeSpan _startDeadline = TimeSpan.FromSeconds(60);
    static readonly TimeSpan _queryDeadline = TimeSpan.FromSeconds(60);

    readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("metricskit-influxdb-");
    readonly HttpClient _http = new() { Timeout = _queryDeadline };
    readonly bool _authentication;

    InfluxDbProcess? _process;

    RealInfluxDb(bool authentication)
    {
        _authentication = authentication;
        if (authentication)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Administrator}:{Password}")));
        }
    }

    /// <summary>Where it listens, also after it has been started again.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1:0");

    /// <summary>Everything that the running process has logged so far.</summary>
    public string Output => _process?.Output ?? "";

    /// <summary>Starts a server and returns when it answers.</summary>
    /// <param name="authentication">Whether it wants a user; the administrator is there then.</param>
    /// <exception cref="InvalidOperationException">It exited; the message carries its output.</exception>
    /// <exception cref="TimeoutException">It did not answer in time.</exception>
    public static async Task<RealInfluxDb> StartAsync(bool authentication = false)
    {
        var server = new RealInfluxDb(authentication);
        try
        {
            await server.StartAsync(AnyPort);
            await server.AppointAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the process with SIGKILL and returns when it is gone.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            await process.DisposeAsync();
        }
    }

    /// <summary>Starts the process again on the same port and returns when it answers.</summary>
    /// <param name="empty">Whether everything that it had stored is removed before.</param>
    /// <exception cref="TimeoutException">It did not answer in time.</exception>
    public async Task RestartAsync(bool empty = false)
    {
        await KillAsync();
        if (empty)
        {
            foreach (var part in _directory.EnumerateDirectories())
            {
                part.Delete(recursive: true);
            }
        }

        await StartAsync(Address.Port);
        if (empty)
        {
            await AppointAsync();
        }
    }

    /// <summary>Runs statements, and gives what the first returned: series with columns and values, times in nanoseconds.</summary>
    /// <exception cref="InvalidOperationException">It refused; the message says why.</exception>
    public async Task<IReadOnlyList<JsonElement>> QueryAsync(string statement, string database = "")
    {
        using var form = new FormUrlEncodedContent([new("q", statement), new("db", database), new("epoch", "ns")]);
        using var response = await _http.PostAsync(new Uri(Address, "/query"), form);
        var text = await response.Content.ReadAsStringAsync();
        var answer = JsonSerializer.Deserialize<JsonElement>(text);
        if (!answer.TryGetProperty("results", out var results) || results[0].TryGetProperty("error", out _))
        {
            throw new InvalidOperationException($"InfluxDB answered {(int)response.StatusCode} to {statement}: {text}");
        }

        return results[0].TryGetProperty("series", out var series) ? [.. series.EnumerateArray()] : [];
    }

    /// <summary>The points of all measurements.</summary>
    public async Task<IReadOnlyList<StoredPoint>> ReadAllAsync(string database) =>
        [.. (await QueryAsync("SELECT * FROM /.*/ GROUP BY *", database)).SelectMany(StoredPoint.Of)];

    /// <summary>The points of a measurement, by time and then by tags.</summary>
    public async Task<IReadOnlyList<StoredPoint>> ReadAsync(string database, string measurement, string retentionPolicy = "")
    {
        var policy = retentionPolicy.Length == 0 ? "" : Quote(retentionPolicy) + ".";
        return [.. (await QueryAsync($"SELECT * FROM {policy}{Quote(measurement)} GROUP BY *", database)).SelectMany(StoredPoint.Of)];
    }

    /// <summary>Whether there is such a database.</summary>
    public async Task<bool> HasAsync(string database) =>
        (await QueryAsync("SHOW DATABASES"))[0].TryGetProperty("values", out var names) && names.EnumerateArray().Any(name => name[0].GetString() == database);

    /// <summary>Writes lines as they are; for what must be there before the test, so a refusal throws.</summary>
    public async Task WriteAsync(string database, string lines)
    {
        using var body = new StringContent(lines);
        using var response = await _http.PostAsync(new Uri(Address, "/write?db=" + Uri.EscapeDataString(database)), body);
        response.EnsureSuccessStatusCode();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await KillAsync();
        _directory.Delete(recursive: true); // last: a process that still writes would bring parts of it back
    }

    // A server with authentication lets nobody in before it has an administrator.
    async Task AppointAsync()
    {
        if (_authentication)
        {
            await QueryAsync($"CREATE USER {Administrator} WITH PASSWORD '{Password}' WITH ALL PRIVILEGES");
        }
    }

    static string Quote(string identifier) => "\"" + identifier.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";

    // A port that was free before may be taken while the server is down, for a moment by whoever connects from it: then it exits and is started again.
    async Task StartAsync(int port)
    {
        var configuration = Path.Combine(_directory.FullName, "influxdb.conf");
        await File.WriteAllTextAsync(configuration, InfluxDbConfiguration.Render(_directory.FullName, port, _authentication));
        var clock = TimeProvider.System;
        var began = clock.GetTimestamp();
        for (; ; await KillAsync())
        {
            var process = _process = InfluxDbProcess.Start(configuration);
            await Eventually.BecomesAsync(() => process.Port is not null || process.HasExited, _startDeadline, "influxd listens");
            if (process.Port is { } given)
            {
                Address = new Uri(FormattableString.Invariant($"http://127.0.0.1:{given}"));
                await Eventually.BecomesAsync(AnswersAsync, _startDeadline, "influxd answers");
                return;
            }

            await process.KillAsync(); // Only then is the last of its output here.
            if (!process.Output.Contains("address already in use", StringComparison.Ordinal) || clock.GetElapsedTime(began) > _startDeadline)
            {
                throw new InvalidOperationException("influxd exited at start:\n" + process.Output);
            }
        }
    }

    async Task<bool> AnswersAsync()
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(Address, "/ping"));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
