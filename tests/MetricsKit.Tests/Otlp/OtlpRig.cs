using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Otlp;

/// <summary>How the exporter is asked to send, as a theory varies it.</summary>
public enum Carriage
{
    Http,
    HttpGzip,
    Grpc,
    GrpcGzip,
}

/// <summary>The exporter of ours with a receiver that is not ours.</summary>
sealed class OtlpRig : IAsyncDisposable
{
    readonly Carriage _carriage;
    readonly OtlpExporter _exporter;

    OtlpRig(OtlpReceiver receiver, Carriage carriage, Action<OtlpExporterOptions>? configure)
    {
        Receiver = receiver;
        _carriage = carriage;
        Options = new()
        {
            Endpoint = (IsGrpc ? receiver.Grpc : receiver.Http).ToString(),
            Protocol = IsGrpc ? OtlpProtocol.Grpc : OtlpProtocol.HttpProtobuf,
            Compress = IsCompressed,
            Interval = Threads.Patience,
            Timeout = Threads.Patience,
            RequestTimeout = Threads.Patience,
        };
        configure?.Invoke(Options);
        _exporter = new(Options, "Otlp", Log, TimeProvider.System);
    }

    public OtlpReceiver Receiver { get; }

    public OtlpExporterOptions Options { get; }

    public LogLines Log { get; } = new();

    bool IsGrpc => _carriage is Carriage.Grpc or Carriage.GrpcGzip;

    bool IsCompressed => _carriage is Carriage.HttpGzip or Carriage.GrpcGzip;

    public static async Task<OtlpRig> OpenAsync(Carriage carriage = Carriage.Http, Action<OtlpExporterOptions>? configure = null)
    {
        var receiver = await OtlpReceiver.OpenAsync();
        try { return new(receiver, carriage, configure); }
        catch
        {
            await receiver.DisposeAsync();
            throw;
        }
    }

    /// <summary>Exports a snapshot and gives back what came of it, after proof that it came as it was to be carried.</summary>
    public async Task<ReceivedMetrics> ExportAsync(MetricsSnapshot snapshot)
    {
        await Receiver.ResetAsync();
        await _exporter.ExportAsync(snapshot, CancellationToken.None);
        var requests = await Receiver.RequestsAsync();
        Assert.All(requests, request =>
        {
            Assert.Null(request.Error);
            Assert.Equal(IsGrpc ? "grpc" : "http", request.Protocol);
            Assert.Equal(IsCompressed ? "gzip" : "", request.Encoding == "identity" ? "" : request.Encoding);
            Assert.InRange(request.Length, 1, Options.MaxRequestBytes);
            if (!IsCompressed) Assert.Equal(request.Length + (IsGrpc ? OtlpRequests.HeadRoom : 0), request.WireLength);
            else if (request.Length > 1000) Assert.InRange(request.WireLength, 1, request.Length - 1);
            Assert.All(request.Metrics.All, static found => Assert.NotEmpty(found.Metric.Points));
        });
        Assert.Empty(Log.All);
        return await Receiver.MetricsAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _exporter.Dispose();
        await Receiver.DisposeAsync();
    }
}
