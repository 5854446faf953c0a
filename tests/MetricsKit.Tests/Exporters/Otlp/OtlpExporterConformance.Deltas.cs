using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Exporters;

// Delta temporality forgives no mistake about what is settled: what is settled too early is lost, and what is settled too late counts twice.
public abstract partial class OtlpExporterConformance
{
    static readonly DateTimeOffset _start = new(2025, 12, 31, 0, 0, 0, TimeSpan.Zero);

    /// <summary>What the server does to a request.</summary>
    public enum Said
    {
        Success,
        Partial,
        Refusal,
        NotNow,
        Cut,
        Silence,
    }

    /// <summary>From now on requests fare like this, one after the other; those behind them are accepted.</summary>
    private protected abstract void Answer(params Said[] inOrder);

    [Theory]
    [InlineData(Said.Success, true)]
    [InlineData(Said.Partial, true)]
    [InlineData(Said.Refusal, true)]
    [InlineData(Said.NotNow, false)]
    [InlineData(Said.Cut, false)]
    [InlineData(Said.Silence, false)]
    public async Task Export_OfDeltas_BringsNextWhatWasNotSettledAndWhatCameSince(Said said, bool settles)
    {
        FakeTimeProvider time = new();
        using var exporter = Make(Options(static o => o.Temporality = OtlpTemporality.Delta), time);
        Answer();
        ulong first = await BringAsync(exporter, time, 1, fails: false);
        Answer(said, said, said); // a connection that ends without an answer may be tried anew by who holds it
        ulong second = await BringAsync(exporter, time, 10, fails: !settles || said == Said.Refusal, hangs: said == Said.Silence);
        Answer();
        ulong third = await BringAsync(exporter, time, 100, fails: false);
        Assert.Equal((settles ? second : first, third, settles ? 100L : 110L), Last());
        await BringAsync(exporter, time, 1000, fails: false);
        Assert.Equal((third, 1000L), (Last().Start, Last().Value));
    }

    [Fact]
    public async Task Export_OfDeltasThatReachedNobody_BringsThemNext()
    {
        FakeTimeProvider time = new();
        bool isAway = true;
        using var exporter = Make(Options(o =>
        {
            o.Temporality = OtlpTemporality.Delta;
            o.ConfigureHandler = handler =>
            {
                var connect = handler.ConnectCallback;
                handler.ConnectCallback = async (context, end) =>
                {
                    if (Volatile.Read(ref isAway)) throw new IOException();
                    if (connect is not null) return await connect(context, end);
                    System.Net.Sockets.Socket socket = new(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
                    await socket.ConnectAsync(context.DnsEndPoint, end);
                    return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
                };
            };
        }), time);
        await BringAsync(exporter, time, 1, fails: true);
        await BringAsync(exporter, time, 10, fails: true);
        Assert.Equal(exporter.Ledger.Attempted, exporter.Ledger.Unsent);
        Volatile.Write(ref isAway, false);
        ulong third = await BringAsync(exporter, time, 100, fails: false);
        Assert.Equal((NanosecondsOf(_start), third, 112L), Last()); // with the one that was there before
    }

    /// <summary>One part is settled, the next one is not and ends the export: the parts of a snapshot do not share what becomes of them.</summary>
    [Theory]
    [InlineData(Said.Success, true)]
    [InlineData(Said.Refusal, true)]
    [InlineData(Said.NotNow, false)]
    public async Task Export_OfDeltasInParts_SettlesPartByPartAndStopsWhereNobodyListens(Said first, bool settles)
    {
        using var rig = Large();
        using var exporter = Make(Options(static o => (o.Temporality, o.MaxRequestBytes) = (OtlpTemporality.Delta, 65_536)), new FakeTimeProvider());
        Answer(first, Said.NotNow);
        using (var lost = rig.Read()) await FailsAsync(exporter, lost);
        Assert.Equal(settles ? 2 : 1, Messages.Count);
        int settled = settles ? OtlpReader.Read(Messages[0]).PointCount : 0;
        Assert.Equal(4_000 - settled, exporter.Ledger.Unsent);
        int before = Messages.Count;
        Answer();
        using (var rest = rig.Read()) await ExportAsync(exporter, rest);
        Assert.Equal(4_000 - settled, Messages.Skip(before).Sum(static m => OtlpReader.Read(m).PointCount));
        using (var nothing = rig.Read()) await ExportAsync(exporter, nothing);
        Assert.Equal(8_000 - settled, exporter.Ledger.Attempted);
    }

    /// <summary>Counts so much, and exports it; when its points are from.</summary>
    async Task<ulong> BringAsync(OtlpExporter exporter, FakeTimeProvider time, int more, bool fails, bool hangs = false)
    {
        Rig.Make(Done).Add(more, "a");
        using var snapshot = Rig.Read();
        (snapshot.Data.StartTime, snapshot.Data.ReadFinished) = (_start, time.GetUtcNow());
        time.Advance(TimeSpan.FromSeconds(1));
        HasAnythingArrived();
        var export = ExportAsync(exporter, snapshot);
        if (hangs)
        {
            HasHung();
            time.Advance(TimeSpan.FromMinutes(2));
        }
        if (fails) await Assert.ThrowsAsync<OtlpExportException>(() => export.WaitAsync(Threads.Patience));
        else await export.WaitAsync(Threads.Patience);
        return NanosecondsOf(snapshot.Data.ReadFinished);
    }

    static ulong NanosecondsOf(DateTimeOffset time) => (ulong)(time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) * TimeSpan.NanosecondsPerTick;

    (ulong Start, ulong Time, long Value) Last()
    {
        var point = OtlpReader.Read(Messages[^1]).Metric("jobs.done").Points.Single(static p => p.Identity == "type=a");
        return (point.Start, point.Time, (long)point.Value!);
    }

    /// <summary>A rig whose snapshot is 4,000 points in several requests.</summary>
    private protected static Formats.TextRig Large()
    {
        var row = Define.Counter("otlp.parts", "{part}", "Parts.", TagKey.Open("n")) with { MaxSeries = 5_000 };
        Formats.TextRig rig = new("", null, row);
        for (int i = 0; i < 4_000; i++) rig.Make(row).Add(i + 1, new string('x', 40) + i.ToString("D4", System.Globalization.CultureInfo.InvariantCulture));
        return rig;
    }
}
