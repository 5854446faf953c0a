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

/// <summary>A receiver of OTLP that misbehaves when it is told to, and keeps the account of what it took.</summary>
abstract class OtlpTarget : IDisposable
{
    // Shorter than a request may take: it is late, and not hung.
    protected static readonly TimeSpan Late = TimeSpan.FromMilliseconds(100);

    public abstract OtlpProtocol Protocol { get; }

    public abstract string Endpoint { get; }

    /// <summary>Requests that came whole.</summary>
    public long Received { get; private set; }

    /// <summary>What it was brought, but for what it refused.</summary>
    public OtlpTally Tally { get; } = new();

    public abstract void Break(OtlpFault how);

    public abstract void Heal();

    public abstract void Dispose();

    /// <summary>Reads what has come.</summary>
    public void Read()
    {
        foreach (var (message, answer) in Drain())
        {
            Received++;
            if (Takes(answer)) Tally.Take(OtlpReader.Read(message));
        }
    }

    /// <summary>Whether it keeps what it answers so.</summary>
    /// <remarks>
    /// One that hangs has not, and one whose answer nobody understands, or is cut off in the middle, has: in the exporter's eyes both are in doubt, and neither guess about them
    /// may be right by accident.
    /// </remarks>
    protected abstract bool Takes(Delegate answer);

    protected abstract IEnumerable<(byte[] Message, Delegate Answer)> Drain();
}

/// <summary>One over HTTP.</summary>
sealed class OtlpHttpTarget : OtlpTarget
{
    static readonly HttpDo _success = ScriptedServer.Status(200, "Content-Type: application/x-protobuf\r\n");
    static readonly HttpDo _silence = ScriptedServer.Silence;
    static readonly HttpDo _tooMany = ScriptedServer.Status(429, "Retry-After: 0\r\n");
    static readonly HttpDo _unavailable = ScriptedServer.Status(503);

    readonly ScriptedServer _server = new();

    public OtlpHttpTarget() => Heal();

    public override OtlpProtocol Protocol => OtlpProtocol.HttpProtobuf;

    public override string Endpoint => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_server.Port}");

    public override void Break(OtlpFault how)
    {
        _server.IsDown = how == OtlpFault.Killed;
        _server.Answer = how switch
        {
            OtlpFault.Hung => _silence,
            OtlpFault.Slow => static async (stream, end) =>
            {
                await Task.Delay(Late, end); // the fault itself, not a way to wait for something
                return await _success(stream, end);
            },
            OtlpFault.TooMany => _tooMany,
            OtlpFault.Unavailable => _unavailable,
            OtlpFault.Garbage => ScriptedServer.Raw("\0\u0001 this is no HTTP \u00ff\r\n\r\n", close: true),
            OtlpFault.Endless => ScriptedServer.Flood(static _ => { }),
            OtlpFault.Half => ScriptedServer.Raw("HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 100\r\n\r\nhalf", close: true),
            _ => _success,
        };
    }

    public override void Heal()
    {
        _server.Answer = _success;
        _server.IsDown = false;
    }

    public override void Dispose() => _server.Dispose();

    protected override bool Takes(Delegate answer) => answer != (Delegate)_silence && answer != (Delegate)_tooMany && answer != (Delegate)_unavailable;

    protected override IEnumerable<(byte[] Message, Delegate Answer)> Drain() => _server.Drain().Select(static r => (r.Document, (Delegate)r.Answer!));
}

/// <summary>One over gRPC.</summary>
sealed class OtlpGrpcTarget : OtlpTarget
{
    static readonly GrpcDo _success = ScriptedGrpcServer.Accept();
    static readonly GrpcDo _silence = ScriptedGrpcServer.Silence;
    static readonly GrpcDo _tooMany = ScriptedGrpcServer.TrailersOnly(("grpc-status", "8"), ("grpc-status-details-bin", "CAgaKgoodHlwZS5nb29nbGVhcGlzLmNvbS9nb29nbGUucnBjLlJldHJ5SW5mbw")); // RESOURCE_EXHAUSTED with a RetryInfo
    static readonly GrpcDo _unavailable = ScriptedGrpcServer.TrailersOnly(("grpc-status", "14"));

    readonly ScriptedGrpcServer _server = new();

    public override OtlpProtocol Protocol => OtlpProtocol.Grpc;

    public override string Endpoint => _server.Url;

    public override void Break(OtlpFault how)
    {
        _server.IsDown = how == OtlpFault.Killed;
        _server.Answer = how switch
        {
            OtlpFault.Hung => _silence,
            OtlpFault.Slow => static async (answer, call) =>
            {
                await Task.Delay(Late, answer.End); // the fault itself
                await _success(answer, call);
            },
            OtlpFault.TooMany => _tooMany,
            OtlpFault.Unavailable => _unavailable,
            OtlpFault.Garbage => static (answer, _) => answer.RawAsync("HTTP/1.1 200 OK\r\n\r\n this is no HTTP/2"u8.ToArray()),
            OtlpFault.Endless => ScriptedGrpcServer.Flood(static _ => { }),
            OtlpFault.Half => async (answer, _) =>
            {
                await answer.BeginAsync();
                await answer.DataAsync(new byte[3]);
                _server.ResetAll();
            },
            _ => _success,
        };
    }

    public override void Heal()
    {
        _server.Answer = _success;
        _server.IsDown = false;
    }

    public override void Dispose() => _server.Dispose();

    protected override bool Takes(Delegate answer) => answer != (Delegate)_silence && answer != (Delegate)_tooMany && answer != (Delegate)_unavailable;

    protected override IEnumerable<(byte[] Message, Delegate Answer)> Drain() => _server.Drain().Select(static c => (c.Message, (Delegate)c.Answer!));
}
