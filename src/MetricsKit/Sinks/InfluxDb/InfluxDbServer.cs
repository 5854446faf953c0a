using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace MetricsKit;

/// <summary>The server as the sink sees it: one request at a time, sent and read by the calling thread, ended by the token wherever it hangs.</summary>
/// <remarks>Source: "InfluxDB API reference" of InfluxDB 1.x, <c>/write</c> and <c>/query</c>. Nothing is connected before the first request.</remarks>
sealed class InfluxDbServer : IDisposable
{
    // A server that cannot read lines repeats them in its answer; what is behind this is not read.
    const int MostAnswer = 64 << 10;

    // Enough to recognise what is wrong: a server repeats each line that it cannot read.
    const int MostText = 300;

    readonly HttpMessageInvoker _http;
    readonly Uri _write, _query;
    readonly AuthenticationHeaderValue? _credentials;
    readonly string _password;
    readonly bool _compress;

    readonly byte[] _answer = new byte[MostAnswer];
    readonly MemoryStream _body = new();

    Socket? _socket;

    internal InfluxDbServer(InfluxDbSinkOptions options)
    {
        string root = new Uri(options.Url).GetLeftPart(UriPartial.Path).TrimEnd('/');
        string policy = options.RetentionPolicy.Length == 0 ? "" : "&rp=" + Uri.EscapeDataString(options.RetentionPolicy);
        // Nanoseconds are what a server takes without being told; of their name there are several.
        string precision = options.Precision == "ns" ? "" : "&precision=" + options.Precision;
        _write = new($"{root}/write?db={Uri.EscapeDataString(options.Database)}{policy}{precision}");
        _query = new($"{root}/query");
        _compress = options.Compress;
        _password = options.Password;
        if (options.Username.Length > 0) _credentials = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.Username}:{options.Password}")));
        _http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // a redirected POST loses its body, and may take the credentials elsewhere
            UseProxy = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            ConnectCallback = ConnectAsync,
            ConnectTimeout = options.Timeout, // the token ends the wait for a connection, this the connection's own attempt
            PooledConnectionLifetime = TimeSpan.FromMinutes(5), // a name that points elsewhere is followed
            MaxResponseHeadersLength = 16, // KiB
            MaxResponseDrainSize = 0, // what is not read of an answer is not waited for
        });
    }

    /// <summary>Writes lines.</summary>
    internal InfluxDbAnswer Write(ReadOnlySpan<byte> lines, CancellationToken cancellationToken)
    {
        Pack(lines);
        using ByteArrayContent content = new(_body.GetBuffer(), 0, (int)_body.Length);
        content.Headers.ContentType = new("text/plain", "utf-8");
        if (_compress) content.Headers.ContentEncoding.Add("gzip");
        int status = Send(_write, content, out int length, cancellationToken);
        return Clean(InfluxDbAnswer.ToWrite(status, _answer.AsSpan(0, length), length < MostAnswer));
    }

    /// <summary>Runs a statement that changes something.</summary>
    internal InfluxDbAnswer Run(string statement, CancellationToken cancellationToken)
    {
        using FormUrlEncodedContent content = new([KeyValuePair.Create("q", statement)]);
        int status = Send(_query, content, out int length, cancellationToken);
        return Clean(InfluxDbAnswer.ToStatement(status, _answer.AsSpan(0, length)));
    }

    /// <summary>Ends what is being sent or read.</summary>
    internal void Abort() => Volatile.Read(ref _socket)?.Dispose();

    /// <inheritdoc/>
    public void Dispose()
    {
        Abort();
        _http.Dispose();
    }

    /// <summary>Short, and without the password, should the server or something before it have repeated it.</summary>
    InfluxDbAnswer Clean(InfluxDbAnswer answer)
    {
        string text = answer.Text;
        if (_password.Length > 0) text = text.Replace(_password, "***", StringComparison.Ordinal);
        if (_credentials?.Parameter is { } packed) text = text.Replace(packed, "***", StringComparison.Ordinal);
        return answer with { Text = text.Length > MostText ? text[..MostText] + "…" : text };
    }

    void Pack(ReadOnlySpan<byte> lines)
    {
        _body.SetLength(0);
        if (!_compress)
        {
            _body.Write(lines);
            return;
        }
        using GZipStream packed = new(_body, CompressionLevel.Fastest, leaveOpen: true);
        packed.Write(lines);
    }

    int Send(Uri to, HttpContent content, out int length, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, to) { Content = content };
        request.Headers.Authorization = _credentials;
        length = 0;
        // A blocking read of an answer's body knows no token; without its socket it ends.
        using var abort = cancellationToken.UnsafeRegister(static server => ((InfluxDbServer)server!).Abort(), this);
        try
        {
            using var response = _http.Send(request, cancellationToken);
            using var body = response.Content.ReadAsStream(cancellationToken);
            for (int read; length < MostAnswer && (read = body.Read(_answer.AsSpan(length))) > 0;) length += read;
            return (int)response.StatusCode;
        }
        catch (Exception e) when (e is IOException or HttpRequestException or SocketException or ObjectDisposedException && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException("InfluxDB did not answer in time.", e, cancellationToken);
        }
        catch (SocketException e)
        {
            // HttpClient asks a connection for its peer before it uses it, and lets out what a reset in that moment throws.
            throw new HttpRequestException(HttpRequestError.ConnectionError, $"InfluxDB closed the connection at once: {e.SocketErrorCode}.", e);
        }
    }

    async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        Volatile.Write(ref _socket, socket);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
