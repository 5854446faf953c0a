using System.Globalization;
using System.Text;
using Xunit;

namespace MetricsKit.Tests.Exporters;

public sealed class OtlpHttpExporterTests : OtlpExporterConformance
{
    readonly ScriptedServer _server = new();

    public OtlpHttpExporterTests() => Heal();

    private protected override string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_server.Port}");

    private protected override OtlpProtocol Protocol => OtlpProtocol.HttpProtobuf;

    private protected override IReadOnlyList<byte[]> Messages => [.. _server.Requests.Select(static r => r.Document)];

    [Fact]
    public async Task Export_ToAServer_IsThisRequest()
    {
        using var exporter = Make(Options(o =>
        {
            o.Endpoint = Url + "/in/";
            o.Headers["X-Api-Key"] = Secret;
        }));
        using var snapshot = Rig.Read();
        await ExportAsync(exporter, snapshot);
        await ExportAsync(exporter, snapshot);
        var request = _server.Requests[0];
        Assert.Equal("POST /in/v1/metrics HTTP/1.1", request.Line);
        Assert.Equal("application/x-protobuf", request.Headers["Content-Type"]);
        Assert.False(request.Headers.ContainsKey("Content-Encoding"));
        Assert.Equal(Secret, request.Headers["X-Api-Key"]);
        Assert.Matches(@"^OTel-OTLP-Exporter-MetricsKit/\d+\.\d+\.\d+$", request.Headers["User-Agent"]);
        Assert.Equal(1, _server.Connections); // it stays open
        Counts(exporter, accepted: 2 * PointsOf(snapshot));
        Assert.Empty(Log.All);
    }

    [Fact]
    public async Task Export_WithAUserAgentOfTheUser_SaysThat()
    {
        using var exporter = Make(Options(static o => o.Headers["User-Agent"] = "fleet/1.0 (north)"));
        using var snapshot = Rig.Read();
        await ExportAsync(exporter, snapshot);
        Assert.Equal("fleet/1.0 (north)", _server.Requests[0].Headers["User-Agent"]);
    }

    [Theory]
    [InlineData(300, "")]
    [InlineData(307, "Location: /elsewhere\r\n")]
    [InlineData(400, "")]
    [InlineData(401, "WWW-Authenticate: Basic realm=\"s3cret\"\r\n")]
    [InlineData(404, "")]
    [InlineData(413, "")]
    [InlineData(500, "Retry-After: 1\r\n")]
    [InlineData(501, "")]
    public async Task Export_AnsweredWithARefusal_IsRefusedForGoodAndNotRepeated(int status, string headers)
    {
        _server.Answer = ScriptedServer.Status(status, headers, Secret);
        using var exporter = Make(Options(static o =>
        {
            o.Headers["X-Api-Key"] = Secret;
            o.Interval = TimeSpan.FromSeconds(30); // there would be time
        }));
        using var snapshot = Rig.Read();
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"status {status}"), await FailsAsync(exporter, snapshot), StringComparison.Ordinal);
        Assert.Single(_server.Requests);
        Counts(exporter, refused: PointsOf(snapshot));
    }

    [Theory]
    [InlineData("no such tenant", "status 400: no such tenant.")]
    [InlineData("bad\u0000 key\r\nforged line", "status 400: bad  key  forged line.")]
    [InlineData("you sent S3CRET", "status 400: (what it said is not shown")]
    [InlineData("you sent czNjcmV0", "status 400: you sent czNjcmV0")]
    public async Task Export_RefusedWithWords_RepeatsThemUnlessTheyAreSecret(string words, string told)
    {
        _server.Answer = Answer(400, OtlpBytes.Status(3, words));
        using var exporter = Make(Options(static o => o.Headers["Authorization"] = "Bearer " + Secret));
        using var snapshot = Rig.Read();
        Assert.Contains(told, await FailsAsync(exporter, snapshot), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task Export_AnsweredWithNotNow_IsRepeatedWhileThereIsTime(int status)
    {
        _server.Answer = ScriptedServer.Status(status);
        int asked = 0;
        using var exporter = Make(Options(static o => o.Interval = TimeSpan.FromSeconds(60)));
        _server.Answer = (stream, end) => ScriptedServer.Status(Interlocked.Increment(ref asked) == 1 ? status : 200)(stream, end);
        using var snapshot = Rig.Read();
        await ExportAsync(exporter, snapshot);
        Assert.Equal(2, _server.Requests.Count);
        Assert.Equal(Messages[0], Messages[1]);
        Counts(exporter, accepted: PointsOf(snapshot));
    }

    [Theory]
    [InlineData(429, false)]
    [InlineData(502, false)]
    [InlineData(503, false)]
    [InlineData(504, true)]
    public async Task Export_AnsweredWithNotNowToTheEnd_IsUnsentUnlessSomebodyOnlyStoppedWaiting(int status, bool mayBeTaken)
    {
        _server.Answer = ScriptedServer.Status(status);
        using var exporter = Make(Options());
        using var snapshot = Rig.Read();
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"status {status}"), await FailsAsync(exporter, snapshot), StringComparison.Ordinal);
        Counts(exporter, unsent: mayBeTaken ? 0 : PointsOf(snapshot), inDoubt: mayBeTaken ? PointsOf(snapshot) : 0);
    }

    /// <summary>Who only stopped waiting and asks for peace gets it: the first part is in doubt, and the others are kept.</summary>
    [Fact]
    public async Task Export_InPartsAnsweredWithATimeoutAndAWishForPeace_SendsNoFurtherPart()
    {
        _server.Answer = ScriptedServer.Status(504, "Retry-After: 100\r\n");
        using var rig = Large();
        using var exporter = Make(Options(static o => o.MaxRequestBytes = 65_536));
        using var snapshot = rig.Read();
        await FailsAsync(exporter, snapshot);
        int first = MetricsKit.Testing.OtlpReader.Read(Assert.Single(Messages)).PointCount;
        Counts(exporter, inDoubt: first, unsent: 4_000 - first);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("garbage\r\n\r\n", 0)]
    [InlineData("POST /s3cret HTTP/1.1\r\nX-Api-Key: s3cret\r\n\r\n", 0)]
    [InlineData("HTTP/1.1 2x0 OK\r\n\r\n", 0)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Len", 0)]
    public async Task Export_AnsweredWithGarbage_IsInDoubtAndTheNextIsWhole(string bytes, int accepted)
    {
        _server.Answer = ScriptedServer.Raw(bytes, close: true);
        using var exporter = Make(Options(static o => o.Headers["X-Api-Key"] = Secret));
        using var snapshot = Rig.Read();
        await FailsAsync(exporter, snapshot);
        Counts(exporter, accepted: accepted, inDoubt: PointsOf(snapshot));
        Heal();
        await ExportAsync(exporter, snapshot);
        HasArrived(snapshot);
    }

    [Theory]
    [InlineData(200, "Content-Length: 30\r\n", "half")]
    [InlineData(200, "Content-Length: 4\r\nContent-Type: text/html\r\n", "<ok>")]
    [InlineData(200, "Content-Length: 4\r\nContent-Type: application/x-protobuf\r\n", "\u00ff\u00ff\u00ff\u00ff")]
    [InlineData(200, "Content-Length: 4\r\nContent-Type: application/x-protobuf\r\nContent-Encoding: gzip\r\n", "\u001f\u008b\0\0")]
    public async Task Export_AcceptedWithABodyThatIsNone_IsAcceptedAndToldOnce(int status, string headers, string body)
    {
        _server.Answer = ScriptedServer.Raw(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} OK\r\nConnection: close\r\n{headers}\r\n{body}"), close: true);
        using var exporter = Make(Options());
        using var snapshot = Rig.Read();
        for (int i = 0; i < 3; i++) await ExportAsync(exporter, snapshot);
        Counts(exporter, accepted: 3 * PointsOf(snapshot));
        Assert.Contains("cannot be read", Assert.Single(Log.All), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_AnsweredWithPartialSuccess_CountsWhatWasRejectedAndTellsOnceAnEpisode()
    {
        using var exporter = Make(Options(static o => o.Headers["X-Api-Key"] = Secret));
        using var snapshot = Rig.Read();
        int points = PointsOf(snapshot);
        _server.Answer = Answer(200, OtlpBytes.PartialSuccess(1, "too\nold"));
        for (int i = 0; i < 3; i++) await ExportAsync(exporter, snapshot);
        Counts(exporter, accepted: 3 * points - 3, rejected: 3);
        string told = Assert.Single(Log.All);
        Assert.Equal($"Warning: 1 of {points} points of the exporter otlp were rejected and are not sent again: {Url} did not take all points: too old. Further ones are not logged until all points are accepted.", told);
        Heal();
        await ExportAsync(exporter, snapshot);
        Assert.Matches("^Information: All points of the exporter otlp are plainly accepted again after .* s and 3 exports that were not.$", Log.All[^1]);
        Assert.Equal(2, Log.All.Count);
        _server.Answer = Answer(200, OtlpBytes.PartialSuccess(1, "it was " + Secret));
        await ExportAsync(exporter, snapshot);
        Assert.Equal(3, Log.All.Count);
        Assert.DoesNotContain(Secret, Log.All[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_AnsweredWithAWarning_SpeaksOfNoRejection()
    {
        using var exporter = Make(Options());
        using var snapshot = Rig.Read();
        _server.Answer = Answer(200, OtlpBytes.PartialSuccess(0, "use v2"));
        await ExportAsync(exporter, snapshot);
        Assert.Equal($"Warning: The exporter otlp got through, with an answer that is not plain: {Url} took the points with a warning: use v2. Further ones are not logged until one is.", Assert.Single(Log.All));
    }

    /// <summary>A loss behind a warning is news.</summary>
    [Fact]
    public async Task Export_RejectedInPartAfterAWarning_TellsOfBoth()
    {
        using var exporter = Make(Options());
        using var snapshot = Rig.Read();
        foreach (long rejected in new long[] { 0, 0, 1, 2, 0 })
        {
            _server.Answer = Answer(200, OtlpBytes.PartialSuccess(rejected, $"{rejected} too old"));
            await ExportAsync(exporter, snapshot);
        }
        Assert.Equal(2, Log.All.Count);
        Assert.Contains("took the points with a warning: 0 too old.", Log.All[0], StringComparison.Ordinal);
        Assert.Contains("did not take all points: 1 too old.", Log.All[1], StringComparison.Ordinal);
        Heal();
        await ExportAsync(exporter, snapshot);
        Assert.EndsWith("and 5 exports that were not.", Log.All[^1], StringComparison.Ordinal);
        foreach (long rejected in new long[] { 1, 0 })
        {
            _server.Answer = Answer(200, OtlpBytes.PartialSuccess(rejected, "again"));
            await ExportAsync(exporter, snapshot);
        }
        Assert.Equal(4, Log.All.Count);
    }

    /// <summary>What the server or we say of it differs, and the nature does not; a status is one.</summary>
    [Fact]
    public async Task Failures_OfOneEpisode_AreOfOneNatureWhateverTheServerSays()
    {
        FailureEpisode episode = new("It", Log, TimeProvider.System);
        using var exporter = Make(Options());
        using var snapshot = Rig.Read();
        foreach (var (status, words, headers) in new[] { (401, "request 1", ""), (401, "request 2", ""), (400, "request 3", ""), (503, "busy", "Retry-After: 100\r\n"), (200, "", ""), (200, "", "") })
        {
            _server.Answer = Answer(status, OtlpBytes.Status(3, words), headers);
            episode.Failed(await Assert.ThrowsAsync<OtlpExportException>(() => ExportAsync(exporter, snapshot)));
        }
        Assert.Equal(4, _server.Requests.Count); // the last two are not asked
        Assert.Equal(["401", "400", "503"], Log.All.Select(static line => System.Text.RegularExpressions.Regex.Match(line, "status ([0-9]+)").Groups[1].Value));
    }

    [Theory]
    [InlineData(long.MinValue, 0)]
    [InlineData(-1, 0)]
    [InlineData(0, 0)]
    [InlineData(long.MaxValue, 1)]
    public async Task Export_RejectedBeyondReason_StillBalances(long rejected, int share)
    {
        using var exporter = Make(Options());
        using var snapshot = Rig.Read();
        int points = PointsOf(snapshot);
        _server.Answer = Answer(200, OtlpBytes.PartialSuccess(rejected, ""));
        await ExportAsync(exporter, snapshot);
        Counts(exporter, accepted: points * (1 - share), rejected: points * share);
    }

    [Fact]
    public async Task Export_AnsweredWithAnEndlessBody_CountsByTheStatusAndReadsLittleOfIt()
    {
        long sent = 0;
        _server.Answer = ScriptedServer.Flood(bytes => Interlocked.Add(ref sent, bytes));
        using var exporter = Make(Options());
        using var snapshot = Rig.Read();
        await ExportAsync(exporter, snapshot).WaitAsync(Threads.Patience);
        Heal();
        await ExportAsync(exporter, snapshot).WaitAsync(Threads.Patience);
        Assert.Equal(2, _server.Connections); // the first one was closed
        Assert.True(Interlocked.Read(ref sent) < 64 << 20, $"{sent} bytes were read"); // what the buffers of two sockets hold, and some more
        Counts(exporter, accepted: 2 * PointsOf(snapshot));
    }

    [Fact]
    public async Task Export_AnsweredWithABodyThatNeverEnds_WaitsForItNoLongerThanARequestMay()
    {
        _server.Answer = ScriptedServer.Raw("HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 1000\r\n\r\nslow");
        using var exporter = Make(Options(static o => o.RequestTimeout = TimeSpan.FromMilliseconds(100)));
        using var snapshot = Rig.Read();
        int tries = 0;
        for (; tries < 50 && exporter.Ledger.Accepted < 3 * PointsOf(snapshot); tries++) await Record.ExceptionAsync(() => ExportAsync(exporter, snapshot).WaitAsync(Threads.Patience));
        var ledger = exporter.Ledger;
        Assert.Equal((3 * PointsOf(snapshot), (tries - 3) * PointsOf(snapshot)), (ledger.Accepted, ledger.InDoubt + ledger.Unsent)); // where the machine was late, the status as well did not come in time
    }

    [Fact]
    public async Task Export_AnsweredWithEndlessHeaders_Fails()
    {
        _server.Answer = ScriptedServer.Raw("HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Range(0, 2000).Select(static i => $"X-{i}: {new string('x', 100)}\r\n")));
        using var exporter = Make(Options());
        using var snapshot = Rig.Read();
        await FailsAsync(exporter, snapshot);
        Counts(exporter, inDoubt: PointsOf(snapshot));
    }

    /// <summary>An answer in protobuf, behind which the connection ends.</summary>
    static Func<System.Net.Sockets.NetworkStream, CancellationToken, Task<bool>> Answer(int status, byte[] body, string headers = "") =>
        ScriptedServer.Raw(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} Said\r\nContent-Type: application/x-protobuf\r\nContent-Length: {body.Length}\r\nConnection: close\r\n{headers}\r\n{Encoding.Latin1.GetString(body)}"), close: true);

    private protected override void Answer(params Said[] inOrder)
    {
        int asked = -1;
        _server.Answer = (stream, end) => Like(Interlocked.Increment(ref asked) is var at && at < inOrder.Length ? inOrder[at] : Said.Success)(stream, end);
    }

    static Func<System.Net.Sockets.NetworkStream, CancellationToken, Task<bool>> Like(Said said) => said switch
    {
        Said.Partial => Answer(200, OtlpBytes.PartialSuccess(1, "late")),
        Said.Refusal => ScriptedServer.Status(400),
        Said.NotNow => ScriptedServer.Status(503),
        Said.Cut => ScriptedServer.Raw("", close: true),
        Said.Silence => ScriptedServer.Silence,
        _ => ScriptedServer.Status(200, "Content-Type: application/x-protobuf\r\n"),
    };

    private protected override void Hang() => _server.Answer = ScriptedServer.Silence;

    private protected override void Break() => _server.IsDown = true;

    private protected override void Heal()
    {
        _server.Answer = ScriptedServer.Status(200, "Content-Type: application/x-protobuf\r\n");
        _server.IsDown = false;
    }

    private protected override void End() => _server.Dispose();
}
