using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Otlp;

/// <summary>The receiver is the judge of the exporter: here it is judged by OpenTelemetry's own.</summary>
public sealed class OtlpReceiverTests
{
    static readonly byte[] Empty = [];

    // One resource with one scope with one gauge, whose point is the double with all bits of a quiet NaN, written out by hand from metrics.proto.
    static readonly byte[] NotANumber = [0x0a, 21, 0x12, 19, 0x12, 17, 0x0a, 1, (byte)'g', 0x2a, 12, 0x0a, 10, 0x21, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f, 0x40, 1];

    [OtlpReceiverTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Requests_OfTheSdksExporter_AreToldAsTheyWereSent(bool grpc)
    {
        await using var receiver = await OtlpReceiver.OpenAsync();
        using Meter meter = new($"OtlpReceiver.{grpc}", "1.2", [new("line", "north")]);
        using SdkOtlp sdk = new(receiver, grpc, meter.Name);
        var counter = meter.CreateCounter<long>("jobs", "{job}", "Jobs.");
        var gauge = meter.CreateGauge<double>("level", "m", "Level.");
        var histogram = meter.CreateHistogram("wait", "s", "Wait.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 2] });
        counter.Add(long.MaxValue - 1, new("flag", true), new("number", 1.5), new("text", "é\n"), new("whole", 7L));
        gauge.Record(-0.0);
        foreach (double value in (double[])[0.5, 1, 3]) histogram.Record(value);

        sdk.Export();

        var request = Assert.Single(await receiver.RequestsAsync());
        Assert.Null(request.Error);
        Assert.Equal((grpc ? "grpc" : "http", ""), (request.Protocol, request.Encoding));
        Assert.Equal(grpc ? "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export" : "/v1/metrics", request.Path);
        Assert.Equal(grpc ? "application/grpc" : "application/x-protobuf", request.Headers["content-type"]);
        Assert.Equal(grpc ? 5 : 0, request.WireLength - request.Length);
        var resource = Assert.Single(request.Metrics.Resources);
        Assert.Contains(new("telemetry.sdk.language", "dotnet"), resource.Attributes);
        var scope = Assert.Single(resource.Scopes);
        Assert.Equal((meter.Name, "1.2"), (scope.Name, scope.Version));
        Assert.Equal([new("line", "north")], scope.Attributes);
        Assert.Equal(3, request.Metrics.Points);

        var jobs = request.Metrics.Metric("jobs");
        Assert.Equal(("sum", "{job}", "Jobs.", 2, true), (jobs.Kind, jobs.Unit, jobs.Description, jobs.Temporality, jobs.IsMonotonic));
        Assert.Equal(long.MaxValue - 1, jobs.Points[0].Value);
        Assert.Equal([new("flag", true), new("number", 1.5), new("text", "é\n"), new("whole", 7L)], jobs.Points[0].Attributes);
        Assert.InRange(jobs.Points[0].Time, jobs.Points[0].StartTime, ulong.MaxValue);

        var level = request.Metrics.Metric("level");
        Assert.Equal(("gauge", 0), (level.Kind, level.Temporality));
        Assert.True(double.IsNegative(Assert.IsType<double>(level.Points[0].Value)));

        var wait = request.Metrics.Metric("wait");
        var point = Assert.Single(wait.Points);
        Assert.Equal(("histogram", 3ul, 4.5, 0.5, 3.0), (wait.Kind, point.Count, point.Sum, point.Min, point.Max));
        Assert.Equal([0.5, 2], point.Bounds);
        Assert.Equal([1, 1, 1], point.BucketCounts);
        Assert.Equal(request.Metrics.Points, (await receiver.MetricsAsync()).Points);
    }

    [OtlpReceiverFact]
    public async Task Numbers_ThatJsonDoesNotHave_Survive()
    {
        await using var receiver = await OtlpReceiver.OpenAsync();
        using HttpClient http = new();

        using var answer = await PostAsync(http, receiver, NotANumber);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var point = Assert.Single((await receiver.MetricsAsync()).Metric("g").Points);
        Assert.Equal((double.NaN, 1u), (point.Value, point.Flags));
    }

    [OtlpReceiverFact]
    public async Task Answers_ThatWereScripted_ComeInTurnAndThenSuccess()
    {
        await using var receiver = await OtlpReceiver.OpenAsync();
        using HttpClient http = new();
        await receiver.AnswerAsync(
            new() { Times = 2, Status = 429, Headers = new Dictionary<string, string> { ["Retry-After"] = "7" } },
            new() { Rejected = 3, Message = "no" },
            new() { Drop = true });

        for (int i = 0; i < 2; i++)
        {
            using var refused = await PostAsync(http, receiver, Empty);
            Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(7)), (refused.StatusCode, refused.Headers.RetryAfter!.Delta));
        }
        using var partial = await PostAsync(http, receiver, Empty);
        Assert.Equal([0x0a, 6, 0x08, 3, 0x12, 2, (byte)'n', (byte)'o'], await partial.Content.ReadAsByteArrayAsync());
        await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(http, receiver, Empty));
        using var success = await PostAsync(http, receiver, Empty);
        Assert.Empty(await success.Content.ReadAsByteArrayAsync());
        Assert.Equal(5, await receiver.CountAsync());
    }

    [OtlpReceiverFact]
    public async Task Answers_OverGrpc_HaveTheirStatusInTheTrailers()
    {
        await using var receiver = await OtlpReceiver.OpenAsync();
        using HttpClient http = new();
        await receiver.AnswerAsync(new ScriptedOtlpAnswer { Code = 14, Message = "not é now", Headers = new Dictionary<string, string> { ["grpc-status-details-bin"] = "AQID" } });

        using var refused = await CallAsync(http, receiver);
        using var success = await CallAsync(http, receiver);

        Assert.Equal("14", Trailer(refused, "grpc-status"));
        Assert.Equal("not%20%C3%A9%20now", Trailer(refused, "grpc-message"));
        Assert.Equal("AQID", Trailer(refused, "grpc-status-details-bin"));
        Assert.Equal("0", Trailer(success, "grpc-status"));
        Assert.Equal([0, 0, 0, 0, 0], await success.Content.ReadAsByteArrayAsync());
        Assert.Equal(2, await receiver.CountAsync());
    }

    [OtlpReceiverTheory]
    [InlineData("/v1/metrics", "application/x-protobuf", "ff", HttpStatusCode.BadRequest)]
    [InlineData("/v1/metrics", "application/json", "", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("/v1/traces", "application/x-protobuf", "", HttpStatusCode.NotFound)]
    public async Task Requests_ThatAreNotOtlp_AreRefusedAndTold(string path, string type, string body, HttpStatusCode status)
    {
        await using var receiver = await OtlpReceiver.OpenAsync();
        using HttpClient http = new();

        using var answer = await PostAsync(http, receiver, Convert.FromHexString(body), path, type);

        Assert.Equal(status, answer.StatusCode);
        Assert.NotNull(Assert.Single(await receiver.RequestsAsync()).Error);
        await Assert.ThrowsAsync<InvalidOperationException>(receiver.MetricsAsync);
        await receiver.ResetAsync();
        Assert.Equal(0, await receiver.CountAsync());
    }

    [OtlpReceiverFact]
    public async Task Program_WhoseInputEnds_Ends()
    {
        await using var program = await OtlpReceiverProcess.StartAsync();

        await program.EndAsync(); // Waits, and throws when it does not.

        Assert.Equal("", program.Errors);
    }

    [Theory]
    [InlineData("/usr/bin/node", true, null, null)]
    [InlineData(null, false, "true", null)]
    [InlineData(null, true, null, "node is not installed")]
    [InlineData("/usr/bin/node", false, "false", "the modules of the receiver of OTLP are not installed: tests/run.sh does that")]
    public void Skip_WithoutNodeOrItsModules_HappensOnlyOutsideContinuousIntegration(string? node, bool hasModules, string? ci, string? reason) =>
        Assert.Equal(reason, OtlpReceiverSkip.Reason(node, hasModules, ci));

    static async Task<HttpResponseMessage> PostAsync(HttpClient http, OtlpReceiver receiver, byte[] body, string path = "/v1/metrics", string type = "application/x-protobuf")
    {
        using ByteArrayContent content = new(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return await http.PostAsync(new Uri(receiver.Http, path), content);
    }

    static async Task<HttpResponseMessage> CallAsync(HttpClient http, OtlpReceiver receiver)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(receiver.Grpc, "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(new byte[5]),
        };
        request.Headers.TE.ParseAdd("trailers");
        request.Content.Headers.ContentType = new("application/grpc");
        return await http.SendAsync(request);
    }

    // An answer without a message has its trailers for headers.
    static string Trailer(HttpResponseMessage answer, string name) =>
        Assert.Single(answer.TrailingHeaders.TryGetValues(name, out var trailers) ? trailers : answer.Headers.GetValues(name));
}
