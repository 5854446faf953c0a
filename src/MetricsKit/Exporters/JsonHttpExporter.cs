using System.Net.Sockets;

namespace MetricsKit;

/// <summary>Posts each snapshot's JSON document to a URL.</summary>
/// <remarks>
/// It blocks the thread that calls it, which is its own, and so needs few threads of a pool that the host may have exhausted. What it says about a failure
/// names scheme, host and port of the URL alone: path and query may be secret, and an answer may quote the request with its headers.
/// </remarks>
sealed class JsonHttpExporter : IMetricExporter, IDisposable
{
    /// <summary>So much of an answer is read to keep the connection; past it the connection is closed. Nobody needs what the answer says.</summary>
    const int MaxAnswer = 64 * 1024;

    /// <summary>In KiB.</summary>
    const int MaxAnswerHeaders = 16;

    readonly Uri _url;
    readonly string _target;
    readonly bool _compress;
    readonly List<KeyValuePair<string, string>> _headers;
    readonly HttpClient _client;

    // Taken while it is in use, and not given back by a call that failed or was given up: the connection may still read it.
    PostedDocument? _spare;

    internal JsonHttpExporter(JsonExporterOptions options)
    {
        _url = new(options.Url, UriKind.Absolute);
        _target = _url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
        _compress = options.Compress;
        _headers = [.. options.Headers];
        _client = new(MakeHandler()) { Timeout = Timeout.InfiniteTimeSpan }; // the deadline is the caller's
    }

    /// <remarks>Connections are renewed every few minutes, so that a server that has moved is found by its name.</remarks>
    static SocketsHttpHandler MakeHandler() => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false, // what the environment says about other programs shall not move metrics, nor their headers
        UseCookies = false,
        ActivityHeadersPropagator = null,
        MaxResponseHeadersLength = MaxAnswerHeaders,
        MaxResponseDrainSize = MaxAnswer,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

    public ValueTask ExportAsync(MetricsSnapshot snapshot, CancellationToken cancellationToken)
    {
        var document = Interlocked.Exchange(ref _spare, null) ?? new();
        using var content = document.Write(snapshot, _compress);
        Post(content, cancellationToken);
        Interlocked.Exchange(ref _spare, document);
        return ValueTask.CompletedTask;
    }

    public void Dispose() => _client.Dispose();

    void Post(HttpContent content, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, _url) { Content = content };
        foreach (var (name, value) in _headers) request.Headers.TryAddWithoutValidation(name, value);
        try
        {
            using var response = _client.Send(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            int status = (int)response.StatusCode;
            if (status is >= 200 and < 300) return;
            string cure = status is >= 300 and < 400 ? "; redirects are not followed: set the address that it leads to" : "";
            throw new HttpRequestException($"{_target} answered with status {status}{cure}.", null, response.StatusCode);
        }
        catch (HttpRequestException fault) when (fault.StatusCode is null)
        {
            throw Unacknowledged(fault.HttpRequestError, fault.InnerException as SocketException);
        }
        catch (SocketException fault)
        {
            // HttpClient asks a connection for its peer before it uses it, and lets out what a reset in that moment throws.
            throw Unacknowledged(HttpRequestError.ConnectionError, fault);
        }
    }

    HttpRequestException Unacknowledged(HttpRequestError error, SocketException? socket)
        => new(error, $"{_target} did not acknowledge the document: {(socket is null ? $"{error}" : $"{error}, {socket.SocketErrorCode}")}.");
}
