using System.Net;
using System.Net.Http;

namespace MetricsKit;

/// <summary>OTLP/HTTP: a POST of the binary message over HTTP/1.1, sent and read by the calling thread.</summary>
/// <remarks>Source: "OTLP/HTTP" of the OTLP specification.</remarks>
sealed class OtlpHttpChannel(OtlpExporterOptions options, TimeProvider time) : OtlpChannel(options, () => OtlpConnections.Make(options, static _ => { }))
{
    readonly OtlpPacking _packing = new();

    protected override string Carried => "Protocol is http/protobuf";

    internal override OtlpAnswer Send(ReadOnlyMemory<byte> framed, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var message = framed[OtlpRequests.HeadRoom..];
        using OtlpContent content = new(Compress ? _packing.Pack(message.Span, headRoom: 0, compress: true) : message, "application/x-protobuf");
        if (Compress) content.Headers.ContentEncoding.Add("gzip");
        using HttpRequestMessage request = new(HttpMethod.Post, Address) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        return Send(request, content, (client, request) => client.Send(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken), response => Read(response, cancellationToken));
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
