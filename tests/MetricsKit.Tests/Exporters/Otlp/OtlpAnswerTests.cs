using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Exporters;

/// <summary>What is read of answers, by the pure functions that read them: garbage first.</summary>
public sealed class OtlpAnswerTests
{
    static readonly DateTimeOffset _now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    static readonly QuotableText _open = new([]);

    [Fact]
    public void Messages_OfGarbage_AreReadWithoutFault()
    {
        Random random = new(20260301);
        byte[] good = [.. OtlpBytes.Status(8, "busy", (1, 2)), .. OtlpBytes.PartialSuccess(7, "old")];
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = [.. good.AsSpan(0, random.Next(good.Length + 1))];
            for (int n = random.Next(4); n > 0 && bytes.Length > 0; n--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (i % 3 == 0) random.NextBytes(bytes);
            PartialSuccess.TryRead(bytes, out _);
            var delay = RpcStatus.Read(bytes).RetryDelay;
            Assert.InRange(delay ?? TimeSpan.Zero, TimeSpan.Zero, OtlpDelay.Most);
            RpcStatus.ReadBase64(Convert.ToBase64String(bytes)[..random.Next(bytes.Length + 1)]);
            OtlpGrpcAnswer.Of(200, "0", null, null, bytes, isWhole: true, _open);
        }
    }

    [Theory]
    [InlineData(new byte[] { 0x0A })] // no length
    [InlineData(new byte[] { 0x0A, 5, 1 })] // a length beyond the end
    [InlineData(new byte[] { 0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01 })] // one beyond everything
    [InlineData(new byte[] { 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01 })] // a number without end
    [InlineData(new byte[] { 0x00, 0x00 })] // the field 0
    [InlineData(new byte[] { 0x0B })] // a group
    [InlineData(new byte[] { 0x08, 0x01 })] // a number where a message must be
    [InlineData(new byte[] { 0x0D, 1, 2 })] // four bytes that are two
    [InlineData(new byte[] { 0x0A, 2, 0x12, 9 })] // broken within
    public void Response_ThatIsNone_IsTold(byte[] bytes) => Assert.False(PartialSuccess.TryRead(bytes, out _));

    [Fact]
    public void Response_WithFieldsOfALaterVersion_IsReadAsFarAsItIsKnown()
    {
        byte[] bytes = [.. OtlpBytes.Number(9, -1), .. OtlpBytes.PartialSuccess(3, "old"), .. OtlpBytes.Field(15, [1, 2]), 0x81, 0x01, 1, 2, 3, 4, 5, 6, 7, 8, 0x85, 0x01, 1, 2, 3, 4];
        Assert.True(PartialSuccess.TryRead(bytes, out var found));
        Assert.Equal(new(3, "old"), found);
        Assert.True(PartialSuccess.TryRead([], out found));
        Assert.Equal(new(0, ""), found);
    }

    [Theory]
    [InlineData("0", 0.0)]
    [InlineData("7", 7.0)]
    [InlineData(" 7 ", 7.0)]
    [InlineData("301", 300.0)]
    [InlineData("99999999999999999999999999", 300.0)]
    [InlineData("-5", null)]
    [InlineData("1.5", null)]
    [InlineData("1e3", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    [InlineData("soon", null)]
    [InlineData("Sun, 01 Mar 2026 12:00:30 GMT", 30.0)]
    [InlineData("Sun, 01 Mar 2026 11:00:30 GMT", 0.0)]
    [InlineData("Tue, 01 Mar 2033 12:00:30 GMT", 300.0)]
    [InlineData("Mon, 01 Jan 0001 00:00:00 GMT", 0.0)]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", 300.0)]
    public void RetryAfter_OfAServer_IsClamped(string? header, double? seconds) => Cultures.ForEach(() => Assert.Equal(seconds, OtlpDelay.Of(header, _now)?.TotalSeconds));

    [Theory]
    [InlineData(0, 0, 0.0)]
    [InlineData(1, 500_000_000, 1.5)]
    [InlineData(-1, 0, 0.0)]
    [InlineData(0, -1, 0.0)]
    [InlineData(long.MinValue, long.MinValue, 0.0)]
    [InlineData(long.MaxValue, long.MaxValue, 300.0)]
    [InlineData(0, long.MaxValue, 300.0)]
    public void RetryInfo_OfAServer_IsClamped(long seconds, long nanos, double delay)
    {
        byte[] status = OtlpBytes.Status(14, "busy", (seconds, nanos));
        Assert.Equal(("busy", delay), (RpcStatus.Read(status).Message, RpcStatus.Read(status).RetryDelay?.TotalSeconds));
        string base64 = Convert.ToBase64String(status);
        Assert.Equal(delay, RpcStatus.ReadBase64(base64).RetryDelay?.TotalSeconds);
        Assert.Equal(delay, RpcStatus.ReadBase64(base64.TrimEnd('=')).RetryDelay?.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("=")]
    [InlineData("a")]
    [InlineData("not base64!")]
    [InlineData("////")]
    public void Details_ThatAreNone_SayNothing(string details) => Assert.Equal(new("", null), RpcStatus.ReadBase64(details));

    [Fact]
    public void Status_WithOtherDetails_HasNoDelay()
    {
        byte[] other = [.. OtlpBytes.Number(1, 8), .. OtlpBytes.Field(3, [.. OtlpBytes.Field(1, "type.googleapis.com/google.rpc.DebugInfo"u8), .. OtlpBytes.Field(2, OtlpBytes.Field(1, OtlpBytes.Number(1, 5)))])];
        Assert.Null(RpcStatus.Read(other).RetryDelay);
        byte[] bare = OtlpBytes.Field(3, OtlpBytes.Field(1, "type.googleapis.com/google.rpc.RetryInfo"u8));
        Assert.Equal(TimeSpan.Zero, RpcStatus.Read(bare).RetryDelay);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("caf%C3%A9", "café")]
    [InlineData("100%", "100%")]
    [InlineData("%", "%")]
    [InlineData("%4", "%4")]
    [InlineData("%zz", "%zz")]
    [InlineData("%4%41", "%4A")]
    [InlineData("%E2%82", "\uFFFD")]
    [InlineData("", "")]
    public void GrpcMessage_PercentEncoded_IsDecodedAndKeepsWhatIsNoEscape(string message, string decoded) => Assert.Equal(decoded, OtlpGrpcAnswer.Decode(message));

    /// <summary>The tables of the specification, code by code.</summary>
    [Fact]
    public void Statuses_OfTheSpecification_AreRetryableAsItSays()
    {
        Assert.Equal([429, 502, 503, 504], Enumerable.Range(0, 1000).Where(OtlpHttpAnswer.IsRetryable));
        Assert.Equal([1, 4, 10, 11, 14, 15], Enumerable.Range(0, 17).Where(static c => GrpcStatus.IsRetryable(c, saysWhen: false)));
        Assert.Equal([1, 4, 8, 10, 11, 14, 15], Enumerable.Range(0, 17).Where(static c => GrpcStatus.IsRetryable(c, saysWhen: true)));
    }

    [Theory]
    [InlineData(400, "INTERNAL")]
    [InlineData(401, "UNAUTHENTICATED")]
    [InlineData(403, "PERMISSION_DENIED")]
    [InlineData(404, "UNIMPLEMENTED")]
    [InlineData(429, "UNAVAILABLE")]
    [InlineData(502, "UNAVAILABLE")]
    [InlineData(503, "UNAVAILABLE")]
    [InlineData(504, "UNAVAILABLE")]
    [InlineData(500, "UNKNOWN")]
    [InlineData(418, "UNKNOWN")]
    public void HttpStatus_WithoutOneOfGrpc_StandsForWhatTheMappingSays(int status, string name) => Assert.Equal(name, GrpcStatus.NameOf(GrpcStatus.OfHttp(status)));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("16", 16)]
    [InlineData("17", 2)]
    [InlineData("-1", 2)]
    [InlineData("", 2)]
    [InlineData("99999999999", 2)]
    public void GrpcStatus_OfAText_IsKnownOrUnknown(string text, int code) => Assert.Equal(code, GrpcStatus.Parse(text));

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 0, 0 }, true)]
    [InlineData(new byte[] { }, false)]
    [InlineData(new byte[] { 1, 0, 0, 0, 0 }, false)] // compressed, which nobody asked for
    [InlineData(new byte[] { 0, 0, 0, 0, 1 }, false)]
    [InlineData(new byte[] { 0, 0xFF, 0xFF, 0xFF, 0xFF }, false)]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, false)] // two messages
    public void GrpcBody_OfASuccess_IsOneMessage(byte[] body, bool isReadable)
    {
        var answer = OtlpGrpcAnswer.Of(200, "0", null, null, body, isWhole: true, _open);
        Assert.Equal(OtlpVerdict.Accepted, answer.Verdict);
        Assert.Equal(isReadable, answer.Text.Length == 0);
    }

    [Theory]
    [InlineData("Authorization", "Bearer t0ken", "your t0ken is old", false)]
    [InlineData("Authorization", "Bearer t0ken", "your BEARER T0KEN is old", false)]
    [InlineData("Authorization", "Basic dXNlcjpwYXNz", "dXNlcjpwYXNz", false)]
    [InlineData("Authorization", "Basic dXNlcjpwYXNz", "the password pass is wrong", false)]
    [InlineData("Authorization", "Basic dXNlcjpwYXNz", "unknown", true)]
    [InlineData("X-Tenant", "north", "no tenant north", false)]
    [InlineData("X-Tenant", "north", "no such tenant", true)]
    [InlineData("X-Tenant", "north", "no route for /key-123/v1/metrics", false)]
    [InlineData("X-Tenant", "", "no such tenant", true)]
    [InlineData("X-Tenant", "a", "no such tenant", true)] // a letter is in every sentence
    [InlineData("X-Tenant", "abc", "no tenant abc", true)]
    [InlineData("X-Tenant", "abcd", "no tenant abcd", false)]
    [InlineData("X-Api-Key", "0123456789abcdef", "unknown key ...89ABCDEF", false)]
    [InlineData("X-Api-Key", "0123456789abcdef", "unknown key ...9abcdef", true)]
    [InlineData("Authorization", "Bearer to-be-or-not-to-be", "the Bearer token has expired", true)]
    [InlineData("X-Tenant", "north", "no route for /v1/metrics", true)]
    public void Words_OfAServer_AreNotRepeatedWhenTheyRepeatASecret(string header, string value, string words, bool shown)
    {
        OtlpExporterOptions options = new() { Endpoint = "http://collector/key-123" };
        options.Headers[header] = value;
        Assert.Equal(shown ? ": " + words : ": (what it said is not shown, since it repeats a header or the path of the request)", QuotableText.For(options, OtlpAddress.Of(options)).Quote(words));
    }

    [Fact]
    public void Words_OfAServer_AreShortAndOnOneLine()
    {
        Assert.Equal(": a  b c", _open.Quote("\ta\r\nb\u2028c\u0007"));
        Assert.Equal("", _open.Quote("\r\n"));
        Assert.Equal(303, _open.Quote(new string('x', 100_000)).Length);
    }

    [Theory]
    [InlineData("", "", OtlpProtocol.HttpProtobuf, "http://localhost:4318/v1/metrics")]
    [InlineData("", "", OtlpProtocol.Grpc, "http://localhost:4317/opentelemetry.proto.collector.metrics.v1.MetricsService/Export")]
    [InlineData("http://c:4318", "", OtlpProtocol.HttpProtobuf, "http://c:4318/v1/metrics")]
    [InlineData("http://c", "", OtlpProtocol.HttpProtobuf, "http://c/v1/metrics")]
    [InlineData("https://c/base", "", OtlpProtocol.HttpProtobuf, "https://c/base/v1/metrics")]
    [InlineData("https://c/base/", "", OtlpProtocol.HttpProtobuf, "https://c/base/v1/metrics")]
    [InlineData("http://c", "http://d", OtlpProtocol.HttpProtobuf, "http://d/")]
    [InlineData("http://c", "https://d/v1/metrics/?k=v", OtlpProtocol.HttpProtobuf, "https://d/v1/metrics/?k=v")]
    [InlineData("https://c:4317/base?k=v", "", OtlpProtocol.Grpc, "https://c:4317/opentelemetry.proto.collector.metrics.v1.MetricsService/Export")]
    [InlineData("http://c", "https://d/x", OtlpProtocol.Grpc, "https://d/opentelemetry.proto.collector.metrics.v1.MetricsService/Export")]
    [InlineData("http://[::1]:4318", "", OtlpProtocol.HttpProtobuf, "http://[::1]:4318/v1/metrics")]
    public void Address_OfTheOptions_IsAsTheSpecificationSays(string endpoint, string metrics, OtlpProtocol protocol, string address) =>
        Assert.Equal(address, OtlpAddress.Of(new() { Endpoint = endpoint, MetricsEndpoint = metrics, Protocol = protocol }).AbsoluteUri);
}
