using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using MetricsKit.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace MetricsKit.Tests.Exporters;

/// <summary>Whom an OTLP exporter trusts and who it says it is, over either transport.</summary>
public sealed class OtlpTlsTests : IDisposable
{
    string _why = "";
    static readonly InstrumentDefinition<CounterInstrument> Row = Define.Counter("otlp.tls", "{call}", "Calls.");

    readonly TestAuthority _authority = new("MetricsKit test authority"), _other = new("Another authority");
    readonly X509Certificate2 _server, _client;
    readonly TemporaryFolder _folder = new();
    readonly Formats.TextRig _rig = new("", null, Row);
    readonly ScriptedServer _http = new();
    readonly ScriptedGrpcServer _grpc = new();

    public OtlpTlsTests()
    {
        _server = _authority.Issue("server");
        _client = _authority.Issue("client");
        File.WriteAllText(_folder["authority.pem"], _authority.Pem);
        File.WriteAllText(_folder["others.pem"], _other.Pem + "\n" + _authority.Pem);
        File.WriteAllText(_folder["other.pem"], _other.Pem);
        File.WriteAllText(_folder["client.pem"], _client.ExportCertificatePem());
        File.WriteAllText(_folder["client.key"], TestAuthority.KeyPem(_client));
        File.WriteAllText(_folder["both.pem"], _client.ExportCertificatePem() + "\n" + TestAuthority.KeyPem(_client));
        _http.Answer = ScriptedServer.Status(200);
        _rig.Make(Row).Add(1);
    }

    [Theory]
    [InlineData(OtlpProtocol.HttpProtobuf, "authority.pem", true)]
    [InlineData(OtlpProtocol.HttpProtobuf, "others.pem", true)]
    [InlineData(OtlpProtocol.HttpProtobuf, "other.pem", false)]
    [InlineData(OtlpProtocol.HttpProtobuf, "", false)]
    [InlineData(OtlpProtocol.Grpc, "authority.pem", true)]
    [InlineData(OtlpProtocol.Grpc, "other.pem", false)]
    [InlineData(OtlpProtocol.Grpc, "", false)]
    public async Task Export_ToAServerWithACertificate_GoesToThoseThatTheFileTrustsAndNobodyElse(OtlpProtocol protocol, string authorities, bool trusts)
    {
        await using var front = Front(protocol);
        Assert.Equal(trusts, await ExportsAsync(protocol, front, o => o.Certificate = authorities.Length == 0 ? "" : _folder[authorities]));
        Assert.Equal(trusts ? 1 : 0, Arrived(protocol));
        Assert.Equal(!trusts, _why.Contains("whether its certificate is for this name and of an authority that is trusted (see Certificate)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(OtlpProtocol.HttpProtobuf)]
    [InlineData(OtlpProtocol.Grpc)]
    public async Task Export_ToAServerOfAnotherName_Fails(OtlpProtocol protocol)
    {
        using var elsewhere = _authority.Issue("elsewhere", "127.0.0.2");
        await using TlsFront front = new(elsewhere, PortOf(protocol));
        Assert.False(await ExportsAsync(protocol, front, o => o.Certificate = _folder["authority.pem"]));
        Assert.Equal(0, Arrived(protocol));
    }

    [Theory]
    [InlineData(OtlpProtocol.HttpProtobuf, "client.pem", "client.key", true)]
    [InlineData(OtlpProtocol.HttpProtobuf, "both.pem", "", true)]
    [InlineData(OtlpProtocol.HttpProtobuf, "", "", false)]
    [InlineData(OtlpProtocol.Grpc, "client.pem", "client.key", true)]
    [InlineData(OtlpProtocol.Grpc, "", "", false)]
    public async Task Export_ToAServerThatAsksWhoComes_ShowsTheCertificate(OtlpProtocol protocol, string certificate, string key, bool isKnown)
    {
        await using var front = Front(protocol, _client.GetCertHashString());
        Assert.Equal(isKnown, await ExportsAsync(protocol, front, o =>
        {
            o.Certificate = _folder["authority.pem"];
            o.ClientCertificate = certificate.Length == 0 ? "" : _folder[certificate];
            o.ClientKey = key.Length == 0 ? "" : _folder[key];
        }));
        Assert.Equal(isKnown ? 1 : 0, Arrived(protocol));
    }

    [Fact]
    public void Files_ThatDoNotHoldWhatTheyShould_AreFaultsAtTheStartThatQuoteNothing()
    {
        File.WriteAllText(_folder["empty.pem"], "");
        File.WriteAllText(_folder["prose.pem"], "s3cret");
        File.WriteAllText(_folder["broken.pem"], "-----BEGIN CERTIFICATE-----\ns3cret\n-----END CERTIFICATE-----\n");
        File.WriteAllText(_folder["encrypted.key"], TestAuthority.EncryptedKeyPem(_client));
        File.WriteAllText(_folder["server.key"], TestAuthority.KeyPem(_server));
        foreach (string file in new[] { "empty.pem", "prose.pem", "broken.pem", "client.key" }) IsFault(o => o.Certificate = _folder[file], file);
        foreach (string key in new[] { "empty.pem", "prose.pem", "encrypted.key", "server.key", "authority.pem" })
        {
            IsFault(o => (o.ClientCertificate, o.ClientKey) = (_folder["client.pem"], _folder[key]), key);
        }
        IsFault(o => o.ClientCertificate = _folder["client.pem"], "client.pem"); // without a key, which nobody says where to find
        IsFault(o => o.ClientCertificate = _folder["prose.pem"], "prose.pem");
    }

    static void IsFault(Action<OtlpExporterOptions> configure, string file)
    {
        var faults = TestKit.Faults(options =>
        {
            options.Otlp = new();
            configure(options.Otlp);
        });
        string fault = Assert.Single(faults);
        Assert.Contains(file, fault, StringComparison.Ordinal);
        Assert.StartsWith("MetricsKit:Otlp:", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", fault, StringComparison.Ordinal);
    }

    TlsFront Front(OtlpProtocol protocol, string? client = null) => new(_server, PortOf(protocol), client);

    int PortOf(OtlpProtocol protocol) => protocol == OtlpProtocol.Grpc ? _grpc.Port : _http.Port;

    int Arrived(OtlpProtocol protocol) => protocol == OtlpProtocol.Grpc ? _grpc.Calls.Count : _http.Requests.Count;

    async Task<bool> ExportsAsync(OtlpProtocol protocol, TlsFront front, Action<OtlpExporterOptions> configure)
    {
        // Time for the first handshake of a process on a busy machine, and by the interval none for a second try.
        OtlpExporterOptions options = new() { Endpoint = string.Create(CultureInfo.InvariantCulture, $"https://127.0.0.1:{front.Port}"), Protocol = protocol, Interval = TimeSpan.FromMilliseconds(300), Timeout = TimeSpan.FromMinutes(2), RequestTimeout = Threads.Patience };
        configure(options);
        Assert.Empty(options.Faults("Otlp").Concat(OtlpCertificates.Faults(options, "Otlp")));
        using OtlpExporter exporter = new(options, "otlp", NullLogger.Instance, TimeProvider.System);
        using var snapshot = _rig.Read();
        try
        {
            await Task.Factory.StartNew(() => exporter.ExportAsync(snapshot, default).AsTask().GetAwaiter().GetResult(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            return true;
        }
        catch (OtlpExportException fault)
        {
            _why = fault.Message;
            return false;
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _grpc.Dispose();
        _rig.Dispose();
        _folder.Dispose();
        _server.Dispose();
        _client.Dispose();
        _authority.Dispose();
        _other.Dispose();
    }
}
