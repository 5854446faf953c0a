using System.Globalization;
using System.Net;
using System.Text.Json;

namespace MetricsKit.Testing;

/// <summary>A real Prometheus on loopback with a directory of its own; both are gone when it is disposed.</summary>
public sealed class PrometheusServer : IAsyncDisposable
{
    const int MostStarts = 5; // Losing a free port once is rare; five times in a row means that something else is wrong.

    static readonly TimeSpan _startDeadline = TimeSpan.FromSeconds(60);
    static readonly TimeSpan _queryDeadline = TimeSpan.FromSeconds(60);

    readonly PrometheusProcess _process;
    readonly HttpClient _http;

    PrometheusServer(PrometheusProcess process)
    {
        _process = process;
        _http = new HttpClient { BaseAddress = process.Address, Timeout = _queryDeadline };
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => _process.Address;

    /// <summary>The process, for who wants to look at it from outside.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Where it stores its samples: in a directory that goes with it.</summary>
    public string DataPath => _process.DataPath;

    /// <summary>Everything that it has logged so far.</summary>
    public string Output => _process.Output;

    /// <summary>Starts a server that scrapes these targets and returns when it is ready.</summary>
    /// <exception cref="InvalidOperationException">It exited; the message carries its output.</exception>
    /// <exception cref="TimeoutException">It did not become ready in time.</exception>
    public static Task<PrometheusServer> StartAsync(params ScrapeTarget[] targets) => StartAsync(_ => targets);

    /// <summary>The same for targets that depend on the address of the server, such as the server itself.</summary>
    /// <exception cref="InvalidOperationException">It exited; the message carries its output.</exception>
    /// <exception cref="TimeoutException">It did not become ready in time.</exception>
    public static async Task<PrometheusServer> StartAsync(Func<Uri, IReadOnlyList<ScrapeTarget>> targets)
    {
        for (var start = 1; ; start++)
        {
            var process = PrometheusProcess.Start(targets);
            var server = new PrometheusServer(process);
            try
            {
                await Eventually.BecomesAsync(server.IsReadyOrGoneAsync, _startDeadline, "prometheus is ready");
                if (!process.HasExited)
                {
                    return server;
                }

                await process.WaitForExitAsync(); // Only then is the last of its output here.
                if (!process.LostItsPort || start == MostStarts)
                {
                    throw new InvalidOperationException("prometheus exited at start:\n" + process.Output);
                }
            }
            catch
            {
                await server.DisposeAsync();
                throw;
            }

            await server.DisposeAsync();
        }
    }

    /// <summary>Asks for the value of an expression now; a scalar is one sample without labels.</summary>
    /// <exception cref="InvalidOperationException">Prometheus refused the query; the message says why.</exception>
    public async Task<IReadOnlyList<PrometheusSample>> QueryAsync(string promql) =>
        PrometheusAnswer.Instant(await AskAsync("/api/v1/query", ("query", promql)));

    /// <summary>Asks for the values of an expression at each step between two moments, both included.</summary>
    /// <exception cref="InvalidOperationException">Prometheus refused the query; the message says why.</exception>
    public async Task<IReadOnlyList<PrometheusSeries>> QueryRangeAsync(string promql, DateTimeOffset from, DateTimeOffset to, TimeSpan step) =>
        PrometheusAnswer.Range(await AskAsync("/api/v1/query_range", ("query", promql), ("start", Seconds(from)), ("end", Seconds(to)), ("step", Number(step.TotalSeconds))));

    /// <summary>Asks for the exemplars of all series of an expression between two moments, both included.</summary>
    /// <exception cref="InvalidOperationException">Prometheus refused the query; the message says why.</exception>
    public async Task<IReadOnlyList<PrometheusExemplar>> QueryExemplarsAsync(string promql, DateTimeOffset from, DateTimeOffset to) =>
        PrometheusAnswer.Exemplars(await AskAsync("/api/v1/query_exemplars", ("query", promql), ("start", Seconds(from)), ("end", Seconds(to))));

    /// <summary>Asks again and again until the answer is right, and returns that answer.</summary>
    /// <exception cref="TimeoutException">It never was; the message carries the last answer and the state of the targets.</exception>
    public async Task<IReadOnlyList<PrometheusSample>> WaitForAsync(string promql, Func<IReadOnlyList<PrometheusSample>, bool> predicate, TimeSpan timeout)
    {
        IReadOnlyList<PrometheusSample> last = [];
        try
        {
            await Eventually.BecomesAsync(async () => predicate(last = await QueryAsync(promql)), timeout, promql);
            return last;
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException(
                $"{late.Message}\nThe last answer was [{string.Join("; ", last)}].\nTargets: {await TargetsAsync()}\nOutput:\n{Output}", late);
        }
    }

    /// <summary>The state of every target as JSON, with the error of its last scrape.</summary>
    public async Task<string> TargetsAsync() => (await AskAsync("/api/v1/targets")).GetProperty("activeTargets").GetRawText();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }

    async Task<bool> IsReadyOrGoneAsync()
    {
        if (_process.HasExited)
        {
            return true;
        }

        try
        {
            using var answer = await _http.GetAsync(new Uri("/-/ready", UriKind.Relative));
            return answer.StatusCode == HttpStatusCode.OK && await IsOursAsync();
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            return false; // It does not listen yet, or the machine is too busy for it to answer.
        }
    }

    // Whoever took the port away may be another Prometheus, which is ready while ours is about to exit.
    async Task<bool> IsOursAsync() =>
        (await AskAsync("/api/v1/status/flags")).GetProperty("storage.tsdb.path").GetString() == _process.DataPath;

    // Posted, since an expression may be longer than a request line.
    async Task<JsonElement> AskAsync(string path, params (string Key, string Value)[] parameters)
    {
        using var form = new FormUrlEncodedContent(parameters.Select(parameter => KeyValuePair.Create(parameter.Key, parameter.Value)));
        using var request = new HttpRequestMessage(parameters.Length == 0 ? HttpMethod.Get : HttpMethod.Post, path);
        request.Content = parameters.Length == 0 ? null : form;
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonSerializer.Deserialize<JsonElement>(text).GetProperty("data")
            : throw new InvalidOperationException($"Prometheus answered {(int)response.StatusCode} to {path}: {text}");
    }

    static string Seconds(DateTimeOffset moment) => Number((moment - DateTimeOffset.UnixEpoch).TotalSeconds);

    static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
