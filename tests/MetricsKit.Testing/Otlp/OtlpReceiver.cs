using System.Text.Json;

namespace MetricsKit.Testing;

/// <summary>A receiver of OTLP metrics over HTTP and gRPC that shares no line with MetricsKit, on two loopback ports of its own.</summary>
/// <remarks>All receivers of a test run live in one Node program. It decodes with the definitions of OpenTelemetry's own JavaScript packages.</remarks>
public sealed class OtlpReceiver : IAsyncDisposable
{
    static readonly Lazy<Task<OtlpReceiverProcess>> _shared = new(OtlpReceiverProcess.StartAsync);

    readonly OtlpReceiverProcess _process;
    readonly int _port;

    OtlpReceiver(OtlpReceiverProcess process, int http, int grpc, string path)
    {
        _process = process;
        _port = http;
        Http = new Uri($"http://127.0.0.1:{http}");
        Grpc = new Uri($"http://127.0.0.1:{grpc}");
        HttpMetrics = new Uri(Http, path);
    }

    /// <summary>The base address over HTTP, to which an exporter appends <c>/v1/metrics</c>.</summary>
    public Uri Http { get; }

    /// <summary>The whole address over HTTP.</summary>
    public Uri HttpMetrics { get; }

    /// <summary>The address over gRPC.</summary>
    public Uri Grpc { get; }

    /// <summary>Opens a receiver.</summary>
    /// <param name="path">The one path that it takes metrics at over HTTP.</param>
    public static async Task<OtlpReceiver> OpenAsync(string path = "/v1/metrics")
    {
        var process = await _shared.Value;
        var ports = await process.AskAsync("open", new { path });
        return new OtlpReceiver(process, ports.GetProperty("http").GetInt32(), ports.GetProperty("grpc").GetInt32(), path);
    }

    /// <summary>How many requests have come so far, those that it refused included.</summary>
    public async Task<int> CountAsync() => (await AskAsync("count")).GetInt32();

    /// <summary>What has come so far, in the order in which it came.</summary>
    public async Task<IReadOnlyList<ReceivedRequest>> RequestsAsync() => ReceivedJson.Requests(await AskAsync("requests"));

    /// <summary>The metrics of all requests so far as one tree, each resource and each scope as often as it came.</summary>
    /// <exception cref="InvalidOperationException">A request was none that a receiver understands.</exception>
    public async Task<ReceivedMetrics> MetricsAsync()
    {
        var requests = await RequestsAsync();
        return requests.FirstOrDefault(request => request.Error is not null) is { } bad
            ? throw new InvalidOperationException($"Not understood: {bad.Error}")
            : new ReceivedMetrics([.. requests.SelectMany(request => request.Metrics.Resources)]);
    }

    /// <summary>Scripts the answers to the next requests; those after them succeed.</summary>
    public Task AnswerAsync(params ScriptedOtlpAnswer[] answers) => AskAsync("answer", answers);

    /// <summary>Forgets what came and what is scripted.</summary>
    public Task ResetAsync() => AskAsync("reset");

    /// <summary>Closes the ports and what is connected to them.</summary>
    public async ValueTask DisposeAsync() => await AskAsync("close");

    Task<JsonElement> AskAsync(string command, object? body = null) => _process.AskAsync($"{command}/{_port}", body);
}
