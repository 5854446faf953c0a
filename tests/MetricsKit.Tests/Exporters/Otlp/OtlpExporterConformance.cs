using MetricsKit.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace MetricsKit.Tests.Exporters;

/// <summary>What an OTLP exporter promises over either transport.</summary>
public abstract partial class OtlpExporterConformance : MetricExporterConformance
{
    private protected const string Secret = "s3cret";

    int _arrived;

    /// <summary>What has no point is not sent.</summary>
    protected OtlpExporterConformance()
    {
        foreach (string type in new[] { "a", "b", "c" }) Rig.Make(Done).Add(1, type);
    }

    /// <summary>The address of the test's server.</summary>
    private protected abstract string Url { get; }

    /// <summary>The messages that arrived, in order.</summary>
    private protected abstract IReadOnlyList<byte[]> Messages { get; }

    private protected abstract OtlpProtocol Protocol { get; }

    /// <summary>From now on requests hang.</summary>
    private protected abstract void Hang();

    private protected LogLines Log { get; } = new();

    /// <summary>Options that leave time for a request and none for a second try, unless a test says otherwise.</summary>
    private protected OtlpExporterOptions Options(Action<OtlpExporterOptions>? configure = null)
    {
        OtlpExporterOptions options = new() { Endpoint = Url, Protocol = Protocol, Interval = TimeSpan.FromMilliseconds(300), Timeout = TimeSpan.FromMinutes(2), RequestTimeout = TimeSpan.FromSeconds(60) };
        configure?.Invoke(options);
        Assert.Empty(options.Faults("Otlp"));
        return options;
    }

    private protected OtlpExporter Make(OtlpExporterOptions options, TimeProvider? time = null) => new(options, "otlp", Log, time ?? TimeProvider.System);

    private protected override IMetricExporter Make() => Make(Options());

    private protected override bool IsOneAtATime => true;

    /// <summary>The bytes are those that the pure writer makes of the snapshot: what they mean is its tests' concern.</summary>
    private protected override void HasArrived(MetricsSnapshot snapshot)
    {
        var expected = MessagesOf(snapshot, Options().MaxRequestBytes);
        Assert.Equal(expected, Messages.TakeLast(expected.Count));
    }

    private protected static List<byte[]> MessagesOf(MetricsSnapshot snapshot, int maxBytes)
    {
        OtlpRequests requests = new(new OtlpEncoding(MaxBytes: maxBytes));
        requests.Begin(snapshot);
        List<byte[]> all = [];
        while (requests.MoveNext()) all.Add(requests.Message.ToArray());
        Assert.NotEmpty(all);
        return all;
    }

    private protected static int PointsOf(MetricsSnapshot snapshot)
    {
        OtlpRequests requests = new(new OtlpEncoding());
        requests.Begin(snapshot);
        int points = 0;
        while (requests.MoveNext()) points += requests.Points;
        return points;
    }

    /// <summary>The ledger is this, and balances.</summary>
    private protected static void Counts(OtlpExporter exporter, long accepted = 0, long rejected = 0, long refused = 0, long unsent = 0, long inDoubt = 0)
    {
        var ledger = exporter.Ledger;
        Assert.Equal((accepted, rejected, refused, unsent, inDoubt), (ledger.Accepted, ledger.Rejected, ledger.Refused, ledger.Unsent, ledger.InDoubt));
        Assert.Equal(accepted + rejected + refused + unsent + inDoubt, ledger.Attempted);
    }

    private protected async Task<string> FailsAsync(OtlpExporter exporter, MetricsSnapshot snapshot)
    {
        var fault = await Assert.ThrowsAsync<OtlpExportException>(() => ExportAsync(exporter, snapshot).WaitAsync(Threads.Patience));
        Assert.DoesNotContain(Secret, fault.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.All(Log.All, static line => Assert.DoesNotContain(Secret, line, StringComparison.OrdinalIgnoreCase));
        return fault.Message;
    }

    static string PortWithoutServer()
    {
        using System.Net.Sockets.TcpListener gone = new(System.Net.IPAddress.Loopback, 0);
        gone.Start();
        int port = ((System.Net.IPEndPoint)gone.LocalEndpoint).Port;
        gone.Stop();
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
    }

    private protected override bool HasAnythingArrived()
    {
        int before = _arrived;
        return (_arrived = Messages.Count) != before;
    }

    private protected override bool TryHang()
    {
        HasAnythingArrived();
        Hang();
        return true;
    }

    private protected override void HasHung() => Eventually.BecomesAsync(HasAnythingArrived, Threads.Patience, "the request that is not answered has come").GetAwaiter().GetResult();

    [Fact]
    public async Task Export_OfALargeSnapshot_IsSplitAndEveryPartArrives()
    {
        using var exporter = Make(Options(static o => o.MaxRequestBytes = 65_536));
        using var rig = Large();
        using var snapshot = rig.Read();
        await ExportAsync(exporter, snapshot);
        var expected = MessagesOf(snapshot, 65_536);
        Assert.True(expected.Count > 2);
        Assert.Equal(expected, Messages);
        Counts(exporter, accepted: 4_000);
    }

    [Fact]
    public async Task Export_Compressed_BringsTheSame()
    {
        using var exporter = Make(Options(static o => o.Compress = true));
        using var snapshot = Rig.Read();
        for (int i = 0; i < 2; i++) await ExportAsync(exporter, snapshot);
        HasArrived(snapshot);
        Assert.Equal(Messages[0], Messages[1]);
    }

    [Fact]
    public async Task Export_WithoutAServer_IsUnsentAndSaysWhy()
    {
        Break();
        using var exporter = Make(Options(static o => o.Headers["X-Api-Key"] = Secret));
        using var snapshot = Rig.Read();
        string why = await FailsAsync(exporter, snapshot);
        Assert.Contains("http://127.0.0.1:", why, StringComparison.Ordinal);
        Assert.Empty(Messages);
        Heal();
        await ExportAsync(exporter, snapshot);
        HasArrived(snapshot);
        Assert.Equal(2 * PointsOf(snapshot), exporter.Ledger.Attempted);
        Assert.Equal(PointsOf(snapshot), exporter.Ledger.Accepted);
    }

    [Fact]
    public async Task Export_ToAPortWithoutServer_IsUnsent()
    {
        using var exporter = Make(Options(static o => o.Endpoint = PortWithoutServer()));
        using var snapshot = Rig.Read();
        Assert.Contains("ConnectionRefused", await FailsAsync(exporter, snapshot), StringComparison.Ordinal);
        Counts(exporter, unsent: PointsOf(snapshot));
    }

    [Fact]
    public async Task Export_WhoseRequestTimesOut_IsInDoubt()
    {
        Hang();
        FakeTimeProvider time = new(); // the second request may take as long as it likes
        using var exporter = Make(Options(), time);
        using var snapshot = Rig.Read();
        var failing = FailsAsync(exporter, snapshot);
        HasHung();
        time.Advance(Options().RequestTimeout);
        Assert.Contains("did not answer", await failing, StringComparison.Ordinal);
        Counts(exporter, inDoubt: PointsOf(snapshot));
        Heal();
        await ExportAsync(exporter, snapshot);
        HasArrived(snapshot);
        Counts(exporter, accepted: PointsOf(snapshot), inDoubt: PointsOf(snapshot));
    }

    /// <summary>By default a request may take as long as the export: whoever calls must not have to cut it off, since they cannot say what became of the points.</summary>
    [Fact]
    public async Task Export_WhoseRequestMayTakeAsLong_EndsBeforeItsTimeIsUpAndSaysWhatBecameOfIt()
    {
        Hang();
        FakeTimeProvider time = new();
        using var exporter = Make(Options(static o => o.Timeout = o.RequestTimeout = TimeSpan.FromSeconds(10)), time);
        using var snapshot = Rig.Read();
        var failing = FailsAsync(exporter, snapshot);
        HasHung();
        time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Contains("did not answer", await failing, StringComparison.Ordinal);
        Counts(exporter, inDoubt: PointsOf(snapshot));
    }

    [Fact]
    public async Task Export_ThatWasCancelledBefore_IsUnsent()
    {
        using var exporter = Make(Options());
        using var snapshot = Rig.Read();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ExportAsync(exporter, snapshot, new(canceled: true)));
        Counts(exporter, unsent: PointsOf(snapshot));
    }

    [Fact]
    public async Task Export_CancelledWhileItHangs_IsInDoubtAndTheRestUnsent()
    {
        using var rig = Large();
        using var snapshot = rig.Read();
        Hang();
        using var exporter = Make(Options(static o => o.MaxRequestBytes = 65_536));
        using CancellationTokenSource deadline = new();
        var hanging = ExportAsync(exporter, snapshot, deadline.Token);
        HasHung();
        await deadline.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hanging.WaitAsync(Threads.Patience));
        Assert.Single(Messages);
        Assert.Equal(4_000, exporter.Ledger.Attempted);
        Assert.InRange(exporter.Ledger.InDoubt, 1, 3_999);
        Assert.Equal(4_000, exporter.Ledger.InDoubt + exporter.Ledger.Unsent);
    }

    /// <summary>Who reads the log finds what is wrong now, and not what was wrong first; and not the same in other words.</summary>
    [Fact]
    public async Task Failures_OfOneEpisode_AreToldWhenTheirNatureChanges()
    {
        FailureEpisode episode = new("It", Log, new FakeTimeProvider());
        using var unreached = Make(Options(static o => o.Endpoint = PortWithoutServer()));
        using var exporter = Make(Options());
        using var snapshot = Rig.Read();
        async Task FailAsync(OtlpExporter failing) => episode.Failed(await Assert.ThrowsAsync<OtlpExportException>(() => ExportAsync(failing, snapshot).WaitAsync(Threads.Patience)));

        for (int i = 0; i < 2; i++) await FailAsync(unreached);
        foreach (var said in new[] { Said.Refusal, Said.Refusal, Said.NotNow, Said.NotNow })
        {
            Answer(said);
            await FailAsync(exporter);
        }
        await FailAsync(unreached);
        Assert.Equal(3, Log.All.Count);
        Assert.Contains("It failed (OtlpExportException: http://127.0.0.1", Log.All[0], StringComparison.Ordinal);
        Assert.Contains("was not reached (ConnectionError, ConnectionRefused)", Log.All[0], StringComparison.Ordinal);
        Assert.Contains("It fails in another way now (OtlpExportException: http://127.0.0.1", Log.All[1], StringComparison.Ordinal);
        Assert.Contains("0 did not get through", Log.All[1], StringComparison.Ordinal);
        Assert.Contains("0 were refused", Log.All[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_AfterDisposal_Throws()
    {
        var exporter = Make(Options());
        exporter.Dispose();
        using var snapshot = Rig.Read();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => ExportAsync(exporter, snapshot));
    }

    [Fact]
    public async Task Handler_OfTheUser_IsAskedOnceAndLast()
    {
        int asked = 0;
        using var exporter = Make(Options(o => o.ConfigureHandler = handler =>
        {
            asked++;
            Assert.False(handler.AllowAutoRedirect || handler.UseProxy || handler.UseCookies);
            Assert.Null(handler.ActivityHeadersPropagator);
            Assert.Equal(0, handler.MaxResponseDrainSize);
            handler.ConnectCallback = static (_, _) => throw new InvalidOperationException(Secret);
        }));
        Assert.Equal(1, asked);
        using var snapshot = Rig.Read();
        await FailsAsync(exporter, snapshot);
        await FailsAsync(exporter, snapshot);
        Counts(exporter, unsent: 2 * PointsOf(snapshot));
        Assert.Equal(1, asked);
        Assert.Empty(Messages);
    }
}
