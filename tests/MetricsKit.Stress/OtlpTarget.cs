using System.Globalization;
using MetricsKit.Testing;
using MetricsKit.Tests.Exporters;
using GrpcDo = System.Func<MetricsKit.Testing.GrpcAnswer, MetricsKit.Testing.GrpcCall, System.Threading.Tasks.Task>;
using ScriptedServer = MetricsKit.Tests.Exporters.ScriptedServer;
using HttpDo = System.Func<System.Net.Sockets.NetworkStream, System.Threading.CancellationToken, System.Threading.Tasks.Task<bool>>;

namespace MetricsKit.Stress;

/// <summary>What a receiver of OTLP does to exports.</summary>
enum OtlpFault
{
    Killed,
    Hung,
    Slow,
    TooMany,
    Unavailable,
    Garbage,
    Endless,
    Half,
}

/// <summary>A receiver of OTLP that misbehaves when it is told to, and knows the last value of each series that it was sent.</summary>
abstract class OtlpTarget : IDisposable
{
    // Shorter than a request may take: it is late, and not hung.
    protected static readonly TimeSpan Late = TimeSpan.FromMilliseconds(100);

    readonly Dictionary<string, double> _last = [];

    public abstract OtlpProtocol Protocol { get; }

    public abstract string Endpoint { get; }

    /// <summary>Requests that came whole.</summary>
    public long Received { get; private set; }

    /// <summary>The last value of each series, a histogram's its count.</summary>
    public IReadOnlyDictionary<string, double> Last => _last;

    public abstract void Break(OtlpFault how);

    public abstract void Heal();

    public abstract void Dispose();

    /// <summary>Reads what has come.</summary>
    public void Read()
    {
        foreach (byte[] message in Drain())
        {
            Received++;
            foreach (var metric in OtlpReader.Read(message).Metrics)
            {
                foreach (var point in metric.Points) _last[metric.Name + "{" + point.Identity + "}"] = point.Count ?? Convert.ToDouble(point.Value, CultureInfo.InvariantCulture);
            }
        }
    }

    protected abstract IEnumerable<byte[]> Drain();
}

/// <summary>One over HTTP.</summary>
sealed class OtlpHttpTarget : OtlpTarget
{
    readonly ScriptedServer _server = new();

    public OtlpHttpTarget() => Heal();

    public override OtlpProtocol Protocol => OtlpProtocol.HttpProtobuf;

    public override string Endpoint => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_server.Port}");

    public override void Break(OtlpFault how)
    {
        _server.IsDown = how == OtlpFault.Killed;
        _server.Answer = how switch
        {
            OtlpFault.Hung => ScriptedServer.Silence,
            OtlpFault.Slow => static async (stream, end) =>
            {
                await Task.Delay(Late, end); // the fault itself, not a way to wait for something
                return await Success(stream, end);
            },
            OtlpFault.TooMany => ScriptedServer.Status(429, "Retry-After: 0\r\n"),
            OtlpFault.Unavailable => ScriptedServer.Status(503),
            OtlpFault.Garbage => ScriptedServer.Raw("\0\u0001 this is no HTTP \u00ff\r\n\r\n", close: true),
            OtlpFault.Endless => ScriptedServer.Flood(static _ => { }),
            OtlpFault.Half => ScriptedServer.Raw("HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 100\r\n\r\nhalf", close: true),
            _ => Success,
        };
    }

    public override void Heal()
    {
        _server.Answer = Success;
        _server.IsDown = false;
    }

    public override void Dispose() => _server.Dispose();

    protected override IEnumerable<byte[]> Drain() => _server.Drain().Select(static r => r.Document);

    static HttpDo Success { get; } = ScriptedServer.Status(200, "Content-Type: application/x-protobuf\r\n");
}

/// <summary>One over gRPC.</summary>
sealed class OtlpGrpcTarget : OtlpTarget
{
    readonly ScriptedGrpcServer _server = new();

    public override OtlpProtocol Protocol => OtlpProtocol.Grpc;

    public override string Endpoint => _server.Url;

    public override void Break(OtlpFault how)
    {
        _server.IsDown = how == OtlpFault.Killed;
        _server.Answer = how switch
        {
            OtlpFault.Hung => ScriptedGrpcServer.Silence,
            OtlpFault.Slow => static async (answer, call) =>
            {
                await Task.Delay(Late, answer.End); // the fault itself
                await Success(answer, call);
            },
            OtlpFault.TooMany => ScriptedGrpcServer.TrailersOnly(("grpc-status", "8"), ("grpc-status-details-bin", "CAgaKgoodHlwZS5nb29nbGVhcGlzLmNvbS9nb29nbGUucnBjLlJldHJ5SW5mbw")), // RESOURCE_EXHAUSTED with a RetryInfo
            OtlpFault.Unavailable => ScriptedGrpcServer.TrailersOnly(("grpc-status", "14")),
            OtlpFault.Garbage => static (answer, _) => answer.RawAsync("HTTP/1.1 200 OK\r\n\r\n this is no HTTP/2"u8.ToArray()),
            OtlpFault.Endless => ScriptedGrpcServer.Flood(static _ => { }),
            OtlpFault.Half => async (answer, _) =>
            {
                await answer.BeginAsync();
                await answer.DataAsync(new byte[3]);
                _server.ResetAll();
            },
            _ => Success,
        };
    }

    public override void Heal()
    {
        _server.Answer = Success;
        _server.IsDown = false;
    }

    public override void Dispose() => _server.Dispose();

    protected override IEnumerable<byte[]> Drain() => _server.Drain().Select(static c => c.Message);

    static GrpcDo Success { get; } = ScriptedGrpcServer.Accept();
}
