using System.Globalization;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Exporters;

public sealed class OtlpGrpcExporterTests : OtlpExporterConformance
{
    readonly ScriptedGrpcServer _server = new();

    private protected override string Url => _server.Url;

    private protected override OtlpProtocol Protocol => OtlpProtocol.Grpc;

    private protected override IReadOnlyList<byte[]> Messages => [.. _server.Calls.Select(static c => c.Message)];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Export_ToAServer_IsThisCall(bool compress)
    {
        using var exporter = Make(Options(o =>
        {
            o.Endpoint = Url + "/ignored";
            o.Compress = compress;
            o.RequestTimeout = TimeSpan.FromSeconds(60);
            o.Headers["X-Api-Key"] = Secret;
        }));
        using var snapshot = Rig.Read();
        await ExportAsync(exporter, snapshot);
        await ExportAsync(exporter, snapshot);
        var headers = _server.Calls[0].Headers;
        Assert.Equal("POST", headers[":method"]);
        Assert.Equal("http", headers[":scheme"]);
        Assert.Equal("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", headers[":path"]);
        Assert.Equal("application/grpc", headers["content-type"]);
        Assert.Equal("trailers", headers["te"]);
        Assert.Equal("60000m", headers["grpc-timeout"]);
        Assert.Equal("identity", headers["grpc-accept-encoding"]);
        Assert.Equal(compress ? "gzip" : null, headers.GetValueOrDefault("grpc-encoding"));
        Assert.Equal(compress ? 1 : 0, _server.Calls[0].Body[0]);
        Assert.Equal(Secret, headers["x-api-key"]);
        Assert.StartsWith("OTel-OTLP-Exporter-MetricsKit/", headers["user-agent"], StringComparison.Ordinal);
        Assert.Equal(1, _server.Connections);
        HasArrived(snapshot);
        Counts(exporter, accepted: 2 * PointsOf(snapshot));
        Assert.Empty(Log.All);
    }

    [Theory]
    [InlineData("3", "INVALID_ARGUMENT")]
    [InlineData("8", "RESOURCE_EXHAUSTED")]
    [InlineData("12", "UNIMPLEMENTED")]
    [InlineData("16", "UNAUTHENTICATED")]
    [InlineData("17", "UNKNOWN")]
    [InlineData("x", "UNKNOWN")]
    public async Task Export_AnsweredWithARefusal_IsRefusedForGoodAndNotRepeated(string status, string name)
    {
        foreach (bool isTrailersOnly in new[] { false, true })
        {
            (string, string)[] fields = [("grpc-status", status), ("grpc-message", "caf%C3%A9 at 100%")];
            _server.Answer = isTrailersOnly ? ScriptedGrpcServer.TrailersOnly(fields) : ScriptedGrpcServer.Trailers(fields);
            using var exporter = Make(Options(static o => o.Interval = TimeSpan.FromSeconds(30)));
            using var snapshot = Rig.Read();
            int before = _server.Calls.Count;
            Assert.Contains($"answered with {name}: café at 100%.", await FailsAsync(exporter, snapshot), StringComparison.Ordinal);
            Assert.Equal(before + 1, _server.Calls.Count);
            Counts(exporter, refused: PointsOf(snapshot));
        }
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("4", true)]
    [InlineData("10", false)]
    [InlineData("11", false)]
    [InlineData("14", false)]
    [InlineData("15", false)]
    public async Task Export_AnsweredWithNotNow_IsUnsentUnlessSomebodyOnlyStoppedWaiting(string status, bool mayBeTaken)
    {
        _server.Answer = ScriptedGrpcServer.TrailersOnly(("grpc-status", status));
        using var exporter = Make(Options());
        using var snapshot = Rig.Read();
        await FailsAsync(exporter, snapshot);
        Counts(exporter, unsent: mayBeTaken ? 0 : PointsOf(snapshot), inDoubt: mayBeTaken ? PointsOf(snapshot) : 0);
    }

    [Theory]
    [InlineData("8")]
    [InlineData("14")]
    public async Task Export_AnsweredWithRetryInfo_IsRepeatedAndAccepted(string status)
    {
        int asked = 0;
        string details = Convert.ToBase64String(OtlpBytes.Status(8, "busy", (0, 1_000_000))).TrimEnd('=');
        _server.Answer = (answer, call) => (Interlocked.Increment(ref asked) == 1 ? ScriptedGrpcServer.TrailersOnly(("grpc-status", status), ("grpc-status-details-bin", details)) : ScriptedGrpcServer.Accept())(answer, call);
        using var exporter = Make(Options(static o => o.Interval = TimeSpan.FromSeconds(60)));
        using var snapshot = Rig.Read();
        await ExportAsync(exporter, snapshot);
        Assert.Equal(2, asked);
        Counts(exporter, accepted: PointsOf(snapshot));
    }

    [Theory]
    [InlineData(400, "INTERNAL", false)]
    [InlineData(401, "UNAUTHENTICATED", false)]
    [InlineData(404, "UNIMPLEMENTED", false)]
    [InlineData(503, "UNAVAILABLE", true)]
    [InlineData(200, "UNKNOWN", false)]
    public async Task Export_AnsweredWithoutAStatusOfGrpc_GoesByThatOfHttp(int status, string name, bool isRetryable)
    {
        _server.Answer = (answer, _) => answer.HeadersAsync(isLast: true, (":status", status.ToString(CultureInfo.InvariantCulture)), ("content-type", "text/html"));
        using var exporter = Make(Options());
        using var snapshot = Rig.Read();
        Assert.Contains(name, await FailsAsync(exporter, snapshot), StringComparison.Ordinal);
        Counts(exporter, refused: isRetryable ? 0 : PointsOf(snapshot), unsent: isRetryable ? PointsOf(snapshot) : 0);
    }

    [Fact]
    public async Task Export_AnsweredWithPartialSuccess_CountsWhatWasRejected()
    {
        _server.Answer = ScriptedGrpcServer.Accept(OtlpBytes.PartialSuccess(2, "late"));
        using var exporter = Make(Options());
        using var snapshot = Rig.Read();
        await ExportAsync(exporter, snapshot);
        Counts(exporter, accepted: PointsOf(snapshot) - 2, rejected: 2);
        Assert.Contains("did not take all points: late.", Assert.Single(Log.All), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_WhoseStreamIsReset_IsInDoubtAndTheNextIsWhole()
    {
        foreach (int code in new[] { 1, 2, 8, 11 })
        {
            _server.Answer = (answer, _) => answer.ResetAsync(code);
            await IsInDoubtAndThenWholeAsync();
        }
    }

    [Fact]
    public async Task Export_WhoseAnswerBreaksOff_IsInDoubt()
    {
        _server.Answer = async (answer, _) =>
        {
            await answer.BeginAsync();
            await answer.DataAsync(new byte[3]);
            _server.ResetAll();
        };
        using var exporter = Make(Options());
        using var snapshot = Rig.Read();
        await FailsAsync(exporter, snapshot);
        Counts(exporter, inDoubt: PointsOf(snapshot));
    }

    [Fact]
    public async Task Export_AnsweredWithFramesThatAreNone_IsInDoubtAndTheNextIsWhole()
    {
        _server.Answer = static (answer, _) => answer.RawAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        await IsInDoubtAndThenWholeAsync();
    }

    [Fact]
    public async Task Export_AnsweredWithAnEndlessBody_ReadsLittleOfItAndClosesTheConnection()
    {
        long sent = 0;
        _server.Answer = ScriptedGrpcServer.Flood(bytes => Interlocked.Add(ref sent, bytes));
        using var exporter = Make(Options());
        using var snapshot = Rig.Read();
        Assert.Contains("too long", await FailsAsync(exporter, snapshot), StringComparison.Ordinal); // its status would be behind the body
        Counts(exporter, inDoubt: PointsOf(snapshot));
        Heal();
        await ExportAsync(exporter, snapshot).WaitAsync(Threads.Patience);
        Assert.Equal(2, _server.Connections);
        Assert.True(Interlocked.Read(ref sent) < 64 << 20, $"{sent} bytes were read");
    }

    [Fact]
    public async Task Export_ToAServerThatSpeaksSomethingElse_AsksWhetherItIsTheRightPort()
    {
        using ScriptedServer http = new() { Answer = ScriptedServer.Status(400) };
        using var snapshot = Rig.Read();
        string plain = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{http.Port}");
        _server.Answer = static (answer, _) => answer.RawAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        using var grpc = Make(Options());
        Assert.Contains("Protocol is grpc, and the address begins with http; ask whether this is the port for that. Of", await FailsAsync(grpc, snapshot), StringComparison.Ordinal);
        http.Answer = ScriptedServer.Raw("\0\0\u0006\u0004\0\0\0\0\0", close: true); // SETTINGS, with which a server of HTTP/2 begins
        using var byHttp = Make(Options(o => (o.Protocol, o.Endpoint) = (OtlpProtocol.HttpProtobuf, plain)));
        Assert.Contains("Protocol is http/protobuf, and the address begins with http; ask whether this is the port for that. Of", await FailsAsync(byHttp, snapshot), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_OverAConnectionThatLeadsNowhere_TakesAnotherOneNextTime()
    {
        await using ChaosProxy proxy = new(new Uri(_server.Url));
        FakeTimeProvider time = new(); // the second request may take as long as it likes
        using var exporter = Make(Options(o => o.Endpoint = proxy.Address.ToString()), time);
        using var snapshot = Rig.Read();
        Hang();
        var failing = FailsAsync(exporter, snapshot);
        HasHung();
        time.Advance(Options().RequestTimeout);
        await failing;
        Heal();
        await ExportAsync(exporter, snapshot);
        Assert.Equal(2, _server.Connections);
    }

    /// <summary>The connection is closed behind a call that was cut off, which its pool may learn later than the next call asks it for one.</summary>
    [Fact]
    public async Task Export_AtOnceAfterOneThatWasCutOff_TakesAnotherConnection()
    {
        using var exporter = Make(Options());
        using var snapshot = Rig.Read();
        for (int i = 0; i < 40; i++)
        {
            TryHang();
            using CancellationTokenSource cut = new();
            var hanging = ExportAsync(exporter, snapshot, cut.Token);
            HasHung();
            Heal();
            await cut.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hanging.WaitAsync(Threads.Patience));
            await ExportAsync(exporter, snapshot);
        }
        Counts(exporter, accepted: 40 * PointsOf(snapshot), inDoubt: 40 * PointsOf(snapshot));
    }

    async Task IsInDoubtAndThenWholeAsync()
    {
        using var exporter = Make(Options());
        using var snapshot = Rig.Read();
        await FailsAsync(exporter, snapshot);
        Counts(exporter, inDoubt: PointsOf(snapshot));
        Heal();
        await ExportAsync(exporter, snapshot);
        HasArrived(snapshot);
    }

    private protected override void Answer(params Said[] inOrder)
    {
        int asked = -1;
        _server.Answer = (answer, call) => Like(Interlocked.Increment(ref asked) is var at && at < inOrder.Length ? inOrder[at] : Said.Success)(answer, call);
    }

    Func<GrpcAnswer, GrpcCall, Task> Like(Said said) => said switch
    {
        Said.Partial => ScriptedGrpcServer.Accept(OtlpBytes.PartialSuccess(1, "late")),
        Said.Refusal => ScriptedGrpcServer.TrailersOnly(("grpc-status", "3")),
        Said.NotNow => ScriptedGrpcServer.TrailersOnly(("grpc-status", "14")),
        Said.Cut => (_, _) =>
        {
            _server.ResetAll();
            return Task.CompletedTask;
        },
        Said.Silence => ScriptedGrpcServer.Silence,
        _ => ScriptedGrpcServer.Accept(),
    };

    private protected override void Hang() => _server.Answer = ScriptedGrpcServer.Silence;

    private protected override void Break() => _server.IsDown = true;

    private protected override void Heal()
    {
        _server.Answer = ScriptedGrpcServer.Accept();
        _server.IsDown = false;
    }

    private protected override void End() => _server.Dispose();
}
