using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace MetricsKit;

/// <summary>OTLP/gRPC: a unary call over HTTP/2, which <c>http</c> speaks without asking first.</summary>
/// <remarks>
/// Source: "gRPC over HTTP2". HTTP/2 knows no blocking call: the calling thread waits for the answer, which needs threads of the pool.
/// A connection on which a request was not answered in time is closed: many calls share it, and when it leads nowhere each of them would find that out anew.
/// </remarks>
sealed class OtlpGrpcChannel : OtlpChannel
{
    /// <summary>The unit of <c>grpc-timeout</c> is milliseconds here; it has at most eight digits.</summary>
    const int MostTimeout = 99_999_999;

    readonly Connection _connection;
    readonly OtlpPacking _packing = new();

    internal OtlpGrpcChannel(OtlpExporterOptions options) : this(options, new Connection()) { }

    OtlpGrpcChannel(OtlpExporterOptions options, Connection connection) : base(options, () => OtlpConnections.Make(options, handler => handler.ConnectCallback = connection.ConnectAsync)) => _connection = connection;

    protected override string Carried => "Protocol is grpc";

    internal override OtlpAnswer Send(Memory<byte> framed, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using OtlpContent content = new(Frame(framed), "application/grpc");
        using HttpRequestMessage request = new(HttpMethod.Post, Address) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        request.Headers.Add("grpc-timeout", string.Create(CultureInfo.InvariantCulture, $"{Math.Clamp(timeout.TotalMilliseconds, 1, MostTimeout):F0}m"));
        request.Headers.Add("grpc-accept-encoding", "identity");
        if (Compress) request.Headers.Add("grpc-encoding", "gzip");
        var answer = Send(request, content, (client, request) => client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).GetAwaiter().GetResult(), response => Read(response, cancellationToken));
        if (answer.Verdict == OtlpVerdict.InDoubt) Abort();
        return answer;
    }

    public override void Dispose()
    {
        base.Dispose();
        _connection.Abort();
    }

    void Abort()
    {
        _connection.Abort(); // whatever still hangs on it
        ConnectAnew();
    }

    /// <summary>The message behind its prefix, where it stands: the client comes back when a body was sent or given up, and the connection of one that was given up is closed before another is written.</summary>
    ReadOnlyMemory<byte> Frame(Memory<byte> framed)
    {
        if (Compress) framed = _packing.Pack(framed.Span[OtlpRequests.HeadRoom..], OtlpGrpcAnswer.PrefixLength);
        framed.Span[0] = Compress ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(framed.Span[1..], framed.Length - OtlpGrpcAnswer.PrefixLength);
        return framed;
    }

    OtlpAnswer Read(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = response.Content.ReadAsStream(cancellationToken);
        bool isWhole = ReadBody(body, out var read, cancellationToken);
        // A call that ends without a body has its status in the headers ("Trailers-Only"); trailers are there when the body has ended.
        var from = response.Headers.Contains("grpc-status") || !isWhole ? response.Headers : response.TrailingHeaders;
        string? status = First(from, "grpc-status");
        if (status is null && !isWhole)
        {
            Abort();
            return new(OtlpVerdict.InDoubt, read.Length < MostAnswer ? "broke off its answer" : "sent an answer that is too long, and so did not get to what it says of the points");
        }
        return OtlpGrpcAnswer.Of((int)response.StatusCode, status, First(from, "grpc-message"), First(from, "grpc-status-details-bin"), read, isWhole, Quotable);
    }

    static string? First(HttpHeaders headers, string name) => headers.TryGetValues(name, out var values) ? values.First() : null;

    /// <summary>The socket beneath the calls.</summary>
    sealed class Connection
    {
        Socket? _socket;

        internal void Abort() => Volatile.Read(ref _socket)?.Dispose();

        internal async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
        {
            Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try { await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false); }
            catch
            {
                socket.Dispose();
                throw;
            }
            Volatile.Write(ref _socket, socket);
            return new NetworkStream(socket, ownsSocket: true);
        }
    }
}
