using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MetricsKit.Testing;
using MetricsKit.Tests.Formats;
using Xunit;

namespace MetricsKit.Tests.Exporters;

public sealed class JsonHttpExporterTests : MetricExporterConformance
{
    const string Secret = "s3cret";

    readonly ScriptedServer _server = new();
    int _arrived;

    [Fact]
    public async Task Export_ToAServer_IsThisRequest()
    {
        using JsonHttpExporter exporter = new(Options(o =>
        {
            o.Url = $"http://127.0.0.1:{_server.Port}/in/metrics?site=north";
            o.Headers["X-Api-Key"] = Secret;
            o.Headers["User-Agent"] = "fleet/1.0 (north)";
        }));
        using var snapshot = Rig.Read();
        await ExportAsync(exporter, snapshot);
        await ExportAsync(exporter, snapshot);
        var request = _server.Requests[0];
        Assert.Equal("POST /in/metrics?site=north HTTP/1.1", request.Line);
        Assert.Equal("application/json", request.Headers["Content-Type"]);
        Assert.Equal("gzip", request.Headers["Content-Encoding"]);
        Assert.Equal(Secret, request.Headers["X-Api-Key"]);
        Assert.Equal("fleet/1.0 (north)", request.Headers["User-Agent"]);
        Assert.False(request.Headers.ContainsKey("Authorization"));
        JsonReading.Holds(request.Document, snapshot);
        Assert.Equal(1, _server.Connections); // it stays open
    }

    /// <summary>HttpClient lets out a bare SocketException when the reset comes between its connecting and its first look at the connection.</summary>
    [Fact]
    public async Task Export_OverConnectionsThatAreResetAtOnce_IsAFaultOfHttp()
    {
        _server.IsDown = true;
        using JsonHttpExporter exporter = new(Options(static _ => { }));
        using var snapshot = Rig.Read();
        for (int i = 0; i < 300; i++) await Assert.ThrowsAsync<HttpRequestException>(() => ExportAsync(exporter, snapshot));
    }

    [Fact]
    public async Task Export_WithoutCompression_SendsTheDocumentItself()
    {
        using JsonHttpExporter exporter = new(Options(static o => o.Compress = false));
        using var snapshot = Rig.Read();
        await ExportAsync(exporter, snapshot);
        Assert.False(_server.Requests[0].Headers.ContainsKey("Content-Encoding"));
        JsonReading.Holds(_server.Requests[0].Body, snapshot);
    }

    [Fact]
    public async Task Export_WithAuthorisation_SendsIt()
    {
        using JsonHttpExporter exporter = new(Options(static o => o.Headers["authorization"] = "Bearer " + Secret));
        using var snapshot = Rig.Read();
        await ExportAsync(exporter, snapshot);
        Assert.Equal("Bearer " + Secret, _server.Requests[0].Headers["Authorization"]);
    }

    [Fact]
    public async Task Export_WhereOtherProgramsUseAProxy_GoesToTheServerItself()
    {
        using ScriptedServer proxy = new();
        var before = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new ProxyOf(_server.Port, new(proxy.Url)); // of the whole process, and so for this port alone
        try
        {
            using JsonHttpExporter exporter = new(Options(static _ => { }));
            using var snapshot = Rig.Read();
            await ExportAsync(exporter, snapshot);
        }
        finally { HttpClient.DefaultProxy = before; }
        Assert.Single(_server.Requests);
        Assert.Empty(proxy.Requests);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(201)]
    [InlineData(202)]
    [InlineData(299)]
    public async Task Export_AnsweredWithSuccess_IsAcknowledged(int status)
    {
        _server.Answer = ScriptedServer.Status(status, body: "thanks");
        using var exporter = Make() as JsonHttpExporter;
        using var snapshot = Rig.Read();
        await ExportAsync(exporter!, snapshot);
    }

    [Theory]
    [InlineData(300, "")]
    [InlineData(302, "Location: /elsewhere\r\n")]
    [InlineData(307, "Location: /elsewhere\r\n")]
    [InlineData(308, "Location: /elsewhere\r\n")]
    [InlineData(400, "")]
    [InlineData(401, "WWW-Authenticate: Basic realm=\"s3cret\"\r\n")]
    [InlineData(404, "")]
    [InlineData(429, "Retry-After: 1\r\n")]
    [InlineData(500, "")]
    [InlineData(503, "")]
    public async Task Export_AnsweredWithAnythingElse_FailsWithTheStatusAndIsNotRepeated(int status, string headers)
    {
        _server.Answer = ScriptedServer.Status(status, headers, Secret);
        using JsonHttpExporter exporter = new(Secretive());
        using var snapshot = Rig.Read();
        var fault = await Assert.ThrowsAsync<HttpRequestException>(() => ExportAsync(exporter, snapshot));
        Assert.Contains($"status {status}", fault.Message, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode)status, fault.StatusCode);
        Assert.Single(_server.Requests);
        SaysNothingSecret(fault);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("garbage\r\n\r\n", true)]
    [InlineData("POST /s3cret HTTP/1.1\r\nX-Api-Key: s3cret\r\n\r\n", true)]
    [InlineData("HTTP/1.1 2x0 OK\r\n\r\n", true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Len", true)]
    [InlineData("HTTP/1.1 200 OK\r\nX-Api-Key s3cret\r\n\r\n", true)]
    [InlineData("\0\u0001\u00ff\r\n\r\n", true)]
    public async Task Export_AnsweredWithGarbage_FailsWithoutQuotingIt(string bytes, bool close)
    {
        _server.Answer = ScriptedServer.Raw(bytes, close);
        using JsonHttpExporter exporter = new(Secretive());
        using var snapshot = Rig.Read();
        SaysNothingSecret(await Assert.ThrowsAsync<HttpRequestException>(() => ExportAsync(exporter, snapshot)));
        _server.Answer = ScriptedServer.Status(204);
        await ExportAsync(exporter, snapshot);
        HasArrived(snapshot);
    }

    [Fact]
    public async Task Export_AnsweredWithEndlessHeaders_Fails()
    {
        _server.Answer = ScriptedServer.Raw("HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Range(0, 2000).Select(static i => $"X-{i}: {new string('x', 100)}\r\n")));
        using var exporter = (JsonHttpExporter)Make();
        using var snapshot = Rig.Read();
        await Assert.ThrowsAsync<HttpRequestException>(() => ExportAsync(exporter, snapshot).WaitAsync(Threads.Patience));
    }

    [Fact]
    public async Task Export_AnsweredWithAnEndlessBody_IsAcknowledgedAndReadsLittleOfIt()
    {
        long sent = 0;
        _server.Answer = ScriptedServer.Flood(bytes => Interlocked.Add(ref sent, bytes));
        using var exporter = (JsonHttpExporter)Make();
        using var snapshot = Rig.Read();
        await ExportAsync(exporter, snapshot).WaitAsync(Threads.Patience);
        HasArrived(snapshot);
        _server.Answer = ScriptedServer.Status(204);
        await ExportAsync(exporter, snapshot).WaitAsync(Threads.Patience);
        Assert.Equal(2, _server.Connections); // the first one was closed
        Assert.True(Interlocked.Read(ref sent) < 64 << 20, $"{sent} bytes were read"); // what the buffers of two sockets hold, and some more
    }

    [Fact]
    public async Task Export_AnsweredWithABodyThatNeverEnds_DoesNotWaitForIt()
    {
        _server.Answer = ScriptedServer.Raw("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nslow");
        using var exporter = (JsonHttpExporter)Make();
        using var snapshot = Rig.Read();
        for (int i = 0; i < 3; i++)
        {
            await ExportAsync(exporter, snapshot).WaitAsync(Threads.Patience);
            HasArrived(snapshot);
        }
    }

    [Fact]
    public async Task Export_CancelledWhileItSends_EndsAndTheNextOneIsWhole()
    {
        // Larger than what the sockets hold: its end cannot be sent while nobody reads it.
        var counter = Define.Counter("c", "1", "C.", TagKey.Open("a")) with { MaxSeries = 100_000 };
        using TextRig rig = new("", null, counter);
        for (int i = 0; i < 60_000; i++) rig.Make(counter).Add(1, i.ToString("D9", CultureInfo.InvariantCulture) + new string('x', 200));
        using var large = rig.Read();
        using TcpListener impatient = new(IPAddress.Loopback, 0);
        impatient.Start();
        using JsonHttpExporter exporter = new(Options(o =>
        {
            o.Url = $"http://127.0.0.1:{((IPEndPoint)impatient.LocalEndpoint).Port}/";
            o.Compress = false;
        }));
        using CancellationTokenSource deadline = new();
        var lost = ExportAsync(exporter, large, deadline.Token);
        using (var client = await impatient.AcceptTcpClientAsync().WaitAsync(Threads.Patience))
        {
            await client.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray()); // an answer to half a document is none
            await client.GetStream().ReadExactlyAsync(new byte[1000]).AsTask().WaitAsync(Threads.Patience);
            Assert.False(lost.IsCompleted);
            await deadline.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lost.WaitAsync(Threads.Patience));
        }
        var second = ExportAsync(exporter, large);
        using var other = await impatient.AcceptTcpClientAsync().WaitAsync(Threads.Patience);
        var request = await ReceivedRequest.ReadAsync(other.GetStream(), default).WaitAsync(Threads.Patience);
        await other.GetStream().WriteAsync("HTTP/1.1 204 No\r\n\r\n"u8.ToArray());
        await second.WaitAsync(Threads.Patience);
        JsonReading.Holds(request!.Document, large);
    }

    [Fact]
    public async Task Export_ToAPortWithoutServer_FailsWithTheReason()
    {
        using TcpListener gone = new(IPAddress.Loopback, 0);
        gone.Start();
        int port = ((IPEndPoint)gone.LocalEndpoint).Port;
        gone.Stop();
        using JsonHttpExporter exporter = new(Secretive(port));
        using var snapshot = Rig.Read();
        var fault = await Assert.ThrowsAsync<HttpRequestException>(() => ExportAsync(exporter, snapshot));
        Assert.Contains($"http://127.0.0.1:{port}", fault.Message, StringComparison.Ordinal);
        Assert.Contains("ConnectionRefused", fault.Message, StringComparison.Ordinal);
        SaysNothingSecret(fault);
    }

    [Fact]
    public async Task Export_AfterDisposal_Throws()
    {
        JsonHttpExporter exporter = new(Secretive());
        exporter.Dispose();
        using var snapshot = Rig.Read();
        SaysNothingSecret(await Assert.ThrowsAsync<ObjectDisposedException>(() => ExportAsync(exporter, snapshot)));
    }

    static void SaysNothingSecret(Exception fault)
    {
        string all = fault.ToString();
        foreach (string secret in new[] { Secret, "hidden" }) Assert.DoesNotContain(secret, all, StringComparison.Ordinal);
    }

    JsonExporterOptions Secretive(int? port = null) => Options(o =>
    {
        o.Url = $"http://127.0.0.1:{port ?? _server.Port}/hidden?token=hidden";
        o.Headers["X-Api-Key"] = Secret;
    });

    JsonExporterOptions Options(Action<JsonExporterOptions> configure)
    {
        JsonExporterOptions options = new() { Url = _server.Url };
        configure(options);
        Assert.Empty(options.Faults("Json"));
        return options;
    }

    private protected override IMetricExporter Make() => new JsonHttpExporter(Options(static _ => { }));

    private protected override void HasArrived(MetricsSnapshot snapshot) => JsonReading.Holds(_server.Requests[^1].Document, snapshot);

    private protected override bool HasAnythingArrived()
    {
        int before = _arrived;
        return (_arrived = _server.Requests.Count) != before;
    }

    private protected override void Break() => _server.IsDown = true;

    private protected override void Heal()
    {
        _server.Answer = ScriptedServer.Status(204);
        _server.IsDown = false;
    }

    private protected override bool TryHang()
    {
        HasAnythingArrived();
        _server.Answer = ScriptedServer.Silence;
        return true;
    }

    private protected override void HasHung() => Eventually.BecomesAsync(HasAnythingArrived, Threads.Patience, "the request that is not answered has come").GetAwaiter().GetResult();

    private protected override void End() => _server.Dispose();

    sealed class ProxyOf(int port, Uri proxy) : IWebProxy
    {
        public ICredentials? Credentials { get; set; }

        public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : proxy;

        public bool IsBypassed(Uri host) => host.Port != port;
    }
}
