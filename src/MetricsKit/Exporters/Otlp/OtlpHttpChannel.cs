using System.Net;
using System.Net.Http;
using System.Net.Sockets;

namespace MetricsKit;

/// <summary>OTLP/HTTP: a POST of the binary message over HTTP/1.1, sent and read by the calling thread.</summary>
/// <remarks>Source: "OTLP/HTTP" of the OTLP specification.</remarks>
sealed class OtlpHttpChannel(OtlpExporterOptions options, TimeProvider time) : OtlpChannel(options, () => OtlpConnections.Make(options, static handler => handler.ConnectCallback = ConnectAsync))
{
    readonly OtlpPacking _packing = new();

    protected override string Carried => "Protocol is http/protobuf";

    internal override OtlpAnswer Send(Memory<byte> framed, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var message = framed[OtlpRequests.HeadRoom..];
        using OtlpContent content = new(Compress ? _packing.Pack(message.Span, headRoom: 0) : message, "application/x-protobuf");
        if (Compress) content.Headers.ContentEncoding.Add("gzip");
        using HttpRequestMessage request = new(HttpMethod.Post, Address) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        return Send(request, content, (client, request) => client.Send(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken), response => Read(response, cancellationToken));
    }

    /// <summary>Connects by a blocking call, on a thread of its own, since a server that does not answer would keep one of the pool.</summary>
    /// <remarks>A socket that was ever waited for without blocking stays with the runtime's poller, and small exports pay for that.</remarks>
    static ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken) =>
        new(Task.Factory.StartNew<Stream>(() => Connect(context.DnsEndPoint, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default));

    static NetworkStream Connect(DnsEndPoint server, CancellationToken cancellationToken)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using (cancellationToken.UnsafeRegister(static socket => ((Socket)socket!).Dispose(), socket)) socket.Connect(server);
            return new(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
    }

    OtlpAnswer Read(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        // Any of several; a server that sends two has no say.
        string? retryAfter = response.Headers.TryGetValues("Retry-After", out var values) ? values.First() : null;
        var body = response.Content.ReadAsStream(cancellationToken);
        bool isWhole = ReadBody(body, out var read, cancellationToken) && response.Content.Headers.ContentEncoding.Count == 0;
        return OtlpHttpAnswer.Of((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, OtlpDelay.Of(retryAfter, time.GetUtcNow()), read, isWhole, Quotable);
    }
}
