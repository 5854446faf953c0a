using System.Net.Http;
using System.Net.Sockets;

namespace MetricsKit;

/// <summary>Carries requests to a server and reads its answers, one request at a time, ended by the token wherever it hangs.</summary>
/// <remarks>
/// It blocks the thread that calls it and throws nothing. What it says of a failure names neither the path nor the headers of the request, and quotes no exception: an
/// answer may repeat them.
/// </remarks>
abstract class OtlpChannel : IDisposable
{
    /// <summary>So much of an answer's body is read. Nothing that a server has to say about a request is longer, and what is behind it closes the connection.</summary>
    protected const int MostAnswer = 64 << 10;

    readonly Func<SocketsHttpHandler> _connect;
    readonly Lock _connecting = new();
    readonly KeyValuePair<string, string>[] _headers;
    readonly byte[] _answer = new byte[MostAnswer];

    // Guarded by the lock: whoever disposes of the channel is another thread.
    HttpClient? _client;
    bool _isDisposed;

    protected OtlpChannel(OtlpExporterOptions options, Func<SocketsHttpHandler> connect)
    {
        (Address, Compress) = (OtlpAddress.Of(options), options.Compress);
        _headers = [.. options.Headers];
        Quotable = QuotableText.For(options, Address);
        _connect = connect;
        Client(); // what is wrong with the user's files or delegate is told by who makes the channel
    }

    protected Uri Address { get; }

    protected bool Compress { get; }

    protected QuotableText Quotable { get; }

    /// <summary>Makes the channel of the options, whose files can be read.</summary>
    internal static OtlpChannel Open(OtlpExporterOptions options, TimeProvider time) => options.Protocol == OtlpProtocol.Grpc ? new OtlpGrpcChannel(options) : new OtlpHttpChannel(options, time);

    /// <summary>Sends a message.</summary>
    /// <param name="framed">The message behind <see cref="OtlpRequests.HeadRoom"/> bytes, which it may write.</param>
    /// <param name="timeout">The time that the token leaves.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    internal abstract OtlpAnswer Send(Memory<byte> framed, TimeSpan timeout, CancellationToken cancellationToken);

    public virtual void Dispose()
    {
        lock (_connecting)
        {
            _isDisposed = true;
            _client?.Dispose();
        }
    }

    /// <summary>Closes the connections there are. A pool of them that has lost one learns of it later than the next request asks it for one.</summary>
    protected void ConnectAnew()
    {
        lock (_connecting)
        {
            _client?.Dispose();
            _client = null;
        }
    }

    HttpClient Client()
    {
        lock (_connecting)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _client ??= new(_connect()) { Timeout = Timeout.InfiniteTimeSpan }; // the deadline is the caller's
        }
    }

    /// <summary>Sends a request and has its answer read.</summary>
    protected OtlpAnswer Send(HttpRequestMessage request, OtlpContent content, Func<HttpClient, HttpRequestMessage, HttpResponseMessage> send, Func<HttpResponseMessage, OtlpAnswer> read)
    {
        request.Content = content;
        foreach (var (name, value) in _headers) request.Headers.TryAddWithoutValidation(name, value);
        if (!request.Headers.Contains("User-Agent")) request.Headers.TryAddWithoutValidation("User-Agent", OtlpConnections.UserAgent);
        try
        {
            using var response = send(Client(), request);
            return read(response);
        }
        catch (Exception fault) // also what a callback of the user's handler throws
        {
            return new(content.HasBegun ? OtlpVerdict.InDoubt : OtlpVerdict.Unreached, content.HasBegun ? $"did not answer ({NameOf(fault)}){CureOf(fault)}" : $"was not reached ({NameOf(fault)}){CureOf(fault)}");
        }
    }

    /// <summary>Reads a body, but no more of it than <see cref="MostAnswer"/>; false when that is not all of it, for whatever reason.</summary>
    protected bool ReadBody(Stream body, out ReadOnlySpan<byte> read, CancellationToken cancellationToken)
    {
        // A blocking read knows no token; without its stream it ends.
        using var cut = cancellationToken.UnsafeRegister(static body => ((Stream)body!).Dispose(), body);
        int length = 0;
        bool isWhole = false;
        try
        {
            for (int last = 1; last > 0 && length < MostAnswer; length += last) last = body.Read(_answer.AsSpan(length));
            isWhole = length < MostAnswer;
        }
        catch (Exception fault) when (fault is IOException or HttpRequestException or SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException) { isWhole = false; }
        read = _answer.AsSpan(0, length);
        return isWhole;
    }

    /// <summary>What is mostly at fault when a connection fares like this: 4317 and 4318 are one digit apart, and so are http and https.</summary>
    string CureOf(Exception fault) => (fault as HttpRequestException)?.HttpRequestError switch
    {
        HttpRequestError.SecureConnectionError => ": ask whether the server speaks TLS, and whether its certificate is for this name and of an authority that is trusted (see Certificate)",
        HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError =>
            $": {Carried}, and the address begins with {Address.Scheme}; ask whether this is the port for that",
        _ => "",
    };

    /// <summary>How messages are carried, as the options say it.</summary>
    protected abstract string Carried { get; }

    static string NameOf(Exception fault) => fault switch
    {
        OperationCanceledException => "no time was left",
        HttpRequestException { InnerException: SocketException socket } http => $"{http.HttpRequestError}, {socket.SocketErrorCode}",
        HttpRequestException http => $"{http.HttpRequestError}",
        SocketException socket => $"{socket.SocketErrorCode}", // HttpClient lets out what a reset throws between its connecting and its first look at the connection
        _ => fault.GetType().Name,
    };
}
