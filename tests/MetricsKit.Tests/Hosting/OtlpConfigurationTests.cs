using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MetricsKit.Tests.Exporters;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace MetricsKit.Tests.Hosting;

/// <summary>The section <c>MetricsKit:Otlp</c> and its code: each key sets what it names, and what is wrong is told with its cure.</summary>
public sealed class OtlpConfigurationTests
{
    [Fact]
    public void Bind_EveryKey_SetsWhatItNames()
    {
        using TemporaryFolder folder = new();
        string pem = folder["both.pem"];
        using (var key = ECDsa.Create(ECCurve.NamedCurves.nistP256))
        {
            using var certificate = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
            File.WriteAllText(pem, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
        }
        var o = Bound(null,
            ("Endpoint", "http://first:1"), ("MetricsEndpoint", "https://collector/in"), ("Protocol", "GRPC"), ("Interval", "00:00:07"), ("Timeout", "00:00:06"), ("RequestTimeout", "00:00:05"),
            ("Headers:Api-Key", "k"), ("Compress", "true"), ("Temporality", "lowmemory"), ("Naming", "semanticconventions"), ("MaxRequestBytes", "65536"),
            ("Certificate", pem), ("ClientCertificate", pem), ("ClientKey", pem))!;
        Assert.Equal(("http://first:1", "https://collector/in", OtlpProtocol.Grpc), (o.Endpoint, o.MetricsEndpoint, o.Protocol));
        Assert.Equal((TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(5)), (o.Interval, o.Timeout, o.RequestTimeout));
        Assert.Equal([KeyValuePair.Create("Api-Key", "k")], o.Headers);
        Assert.Equal((true, OtlpTemporality.LowMemory, InstrumentNaming.SemanticConventions, 65536), (o.Compress, o.Temporality, o.Naming, o.MaxRequestBytes));
        Assert.Equal((pem, pem, pem), (o.Certificate, o.ClientCertificate, o.ClientKey));
    }

    [Theory]
    [InlineData("http/protobuf", OtlpProtocol.HttpProtobuf)]
    [InlineData("grpc", OtlpProtocol.Grpc)]
    public void Bind_Protocol_HasTheSpecificationsWords(string word, OtlpProtocol protocol) => Assert.Equal(protocol, Bound(null, ("Protocol", word))!.Protocol);

    [Fact]
    public void Otlp_IsOn_WhenTheSectionIsThereOrCodeAsks()
    {
        Assert.Null(Bound(null));
        Assert.NotNull(Bound(null, ("Enabled", "true")));
        Assert.Null(Bound(null, ("Enabled", "false"), ("Endpoint", "http://collector:4318")));
        Assert.NotNull(Bound(static b => b.AddOtlpExporter()));
        var o = Bound(static b => b.AddOtlpExporter(static o => o.Endpoint = "http://code:1"), ("Endpoint", "http://section:1"), ("Interval", "00:00:09"))!;
        Assert.Equal(("http://code:1", TimeSpan.FromSeconds(9)), (o.Endpoint, o.Interval));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void Otlp_OfEmptyValuesAlone_IsOff(string empty) =>
        Assert.Null(Options(null, [("MetricsKit:Otlp", empty), ("MetricsKit:Otlp:Endpoint", empty), ("MetricsKit:Otlp:Protocol", empty), ("MetricsKit:Otlp:Headers:Authorization", empty), ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://variable:1")]).Otlp);

    [Fact]
    public void EmptyValue_IsAsIfUnset()
    {
        string[] keys = ["Enabled", "Endpoint", "MetricsEndpoint", "Protocol", "Interval", "Timeout", "RequestTimeout", "Compress", "Temporality", "Naming", "MaxRequestBytes", "Certificate", "ClientCertificate", "ClientKey", "Headers:Authorization"];
        (string, string)[] variables = [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://variable:1"), ("OTEL_EXPORTER_OTLP_HEADERS", "a=1"), ("OTEL_EXPORTER_OTLP_TIMEOUT", "3000")];
        var o = Options(static b => b.AddOtlpExporter(), [.. variables, .. keys.Select(static k => ("MetricsKit:Otlp:" + k, ""))]).Otlp!;
        Assert.Equal(("http://variable:1", TimeSpan.FromSeconds(3)), (o.Endpoint, o.RequestTimeout));
        Assert.Equal([KeyValuePair.Create("a", "1")], o.Headers);
        var beside = Options(null, [.. keys[1..].Select(static k => ("MetricsKit:Otlp:" + k, "")), ("MetricsKit:Otlp:Enabled", "true")]).Otlp!;
        Assert.Equal(("", OtlpProtocol.HttpProtobuf, 0), (beside.Endpoint, beside.Protocol, beside.Headers.Count));
    }

    [Theory]
    [InlineData("Endpoint", "collector:4318", "Endpoint is not an address to post to: write it like http://collector:4318.")]
    [InlineData("Endpoint", "http://u:s3cret@collector", "Endpoint has a user in it: set MetricsKit:Otlp:Headers:Authorization instead.")]
    [InlineData("Endpoint", "http://collector/?key=s3cret", "Endpoint has a query or a fragment, behind which no path can be appended: write the whole address as MetricsKit:Otlp:MetricsEndpoint.")]
    [InlineData("MetricsEndpoint", "ftp://s3cret", "MetricsEndpoint is not an address to post to: write it like http://collector:4318/v1/metrics.")]
    [InlineData("Protocol", "http/json", "Protocol is 'http/json', which is not one of http/protobuf, grpc.")]
    [InlineData("Temporality", "1", "Temporality is '1', which is not one of Cumulative, Delta, LowMemory.")]
    [InlineData("Naming", "otel", "Naming is 'otel', which is not one of MetricsKit, SemanticConventions.")]
    [InlineData("Interval", "00:00:00", "Interval is 00:00:00: it must be 100 ms to one day.")]
    [InlineData("Timeout", "00:10:01", "Timeout is 00:10:01: it must be 10 ms to 10 minutes.")]
    [InlineData("RequestTimeout", "00:00:00", "RequestTimeout is 00:00:00: it must be 10 ms to 10 minutes.")]
    [InlineData("MaxRequestBytes", "65535", "MaxRequestBytes is 65535: it must be 65,536 to 67,108,864 bytes.")]
    [InlineData("MaxRequestBytes", "67108865", "MaxRequestBytes is 67108865: it must be 65,536 to 67,108,864 bytes.")]
    [InlineData("Headers:grpc-timeout", "s3cret", "Headers:grpc-timeout follows from the document: remove it.")]
    [InlineData("Headers:te", "trailers", "Headers:te follows from the document: remove it.")]
    [InlineData("Headers:X-Key", "größer", "Headers:X-Key has a value that no header can have: use printable ASCII characters.")]
    [InlineData("Certificate", "/nowhere/ca.pem", "Certificate is '/nowhere/ca.pem', where there is no file that can be read: write the path of a PEM file.")]
    [InlineData("ClientCertificate", "/nowhere/c.pem", "ClientCertificate is '/nowhere/c.pem', where there is no file that can be read: write the path of a PEM file.")]
    public void Fault_OfAKey_IsToldWithItsCureAndWithoutSecrets(string key, string value, string sentence) =>
        Assert.Equal(["MetricsKit:Otlp:" + sentence], Faults(null, (key, value)));

    [Fact]
    public void Fault_OfAKeyWithoutItsCertificate_IsTold() =>
        Assert.Equal(["MetricsKit:Otlp:ClientKey is there without its certificate: set MetricsKit:Otlp:ClientCertificate, too."], Faults(null, ("ClientKey", typeof(OtlpConfigurationTests).Assembly.Location)));

    [Fact]
    public void Query_IsAllowed_WhereNothingIsAppended()
    {
        Assert.Empty(Faults(null, ("MetricsEndpoint", "http://collector/in?tenant=1")));
        Assert.Empty(Faults(null, ("Endpoint", "http://collector/?tenant=1"), ("Protocol", "grpc")));
    }

    [Fact]
    public void Faults_AreToldAllAtOnceWithUnknownKeys()
    {
        var faults = Faults(static b => b.AddOtlpExporter(static o => (o.Protocol, o.Temporality, o.Naming) = ((OtlpProtocol)9, (OtlpTemporality)8, (InstrumentNaming)7)), ("Endpoints", "http://collector"), ("Interval", "-00:00:01"));
        Assert.Equal(
        [
            "MetricsKit:Otlp:Interval is -00:00:01: it must be 100 ms to one day.",
            "MetricsKit:Otlp:Protocol is 9: it must be one of HttpProtobuf, Grpc.",
            "MetricsKit:Otlp:Temporality is 8: it must be one of Cumulative, Delta, LowMemory.",
            "MetricsKit:Otlp:Naming is 7: it must be one of MetricsKit, SemanticConventions.",
            "MetricsKit:Otlp:Endpoints is not known to the packages of MetricsKit that are installed, and sets nothing: correct or remove it.",
        ], faults);
    }

    [Fact]
    public void MetricsEndpoint_OfTheSection_YieldsToAnEndpointOfCode()
    {
        var o = Bound(static b => b.AddOtlpExporter(static o => o.Endpoint = "http://code:1"), ("Endpoint", "http://section:1"), ("MetricsEndpoint", "http://section/in"))!;
        Assert.Equal(("http://code:1", ""), (o.Endpoint, o.MetricsEndpoint));
        var section = Bound(static b => b.AddOtlpExporter(static o => o.Compress = true), ("Endpoint", "http://section:1"), ("MetricsEndpoint", "http://section/in"))!;
        Assert.Equal(("http://section:1", "http://section/in"), (section.Endpoint, section.MetricsEndpoint));
    }

    [Fact]
    public void Endpoints_OfCode_DoNotDependOnTheirOrder()
    {
        var one = Options(static b => b.AddOtlpExporter(static o => (o.Endpoint, o.MetricsEndpoint) = ("http://code:1", "http://code/in")), [("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://variable/in"), ("MetricsKit:Otlp:MetricsEndpoint", "http://section/in")]).Otlp!;
        var other = Options(static b => b.AddOtlpExporter(static o => (o.MetricsEndpoint, o.Endpoint) = ("http://code/in", "http://code:1")), [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://variable:1"), ("MetricsKit:Otlp:MetricsEndpoint", "http://section/in")]).Otlp!;
        Assert.Equal(("http://code:1", "http://code/in"), (one.Endpoint, one.MetricsEndpoint));
        Assert.Equal(("http://code:1", "http://code/in"), (other.Endpoint, other.MetricsEndpoint));
    }

    [Fact]
    public void Endpoint_OfAVariable_IsReadByTheProtocolThatCodeSets()
    {
        (string, string)[] variables = [("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317"), ("OTEL_EXPORTER_OTLP_INSECURE", "true"), ("MetricsKit:Otlp:Protocol", "http/protobuf")];
        var o = Options(static b => b.AddOtlpExporter(static o => o.Protocol = OtlpProtocol.Grpc), variables).Otlp!;
        Assert.Equal(("http://collector:4317", ""), (o.Endpoint, o.MetricsEndpoint));
        Assert.Equal("http://collector:4317" + OtlpAddress.GrpcPath, OtlpAddress.Of(o).AbsoluteUri);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_CERTIFICATE")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_CERTIFICATE")]
    [InlineData("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE")]
    public void File_OfAVariableThatIsNotThere_StopsTheStartByTheNameOfTheVariable(string variable)
    {
        var refused = Assert.Throws<OptionsValidationException>(() => Options(static b => b.AddOtlpExporter(), [(variable, "/nowhere/a.pem")]));
        Assert.Equal([variable + " is '/nowhere/a.pem', where there is no file that can be read: write the path of a PEM file."], refused.Failures);
        string key = variable.EndsWith("CLIENT_CERTIFICATE", StringComparison.Ordinal) ? "ClientCertificate" : "Certificate";
        var section = Assert.Throws<OptionsValidationException>(() => Options(null, [(variable, "/nowhere/a.pem"), ("MetricsKit:Otlp:" + key, "/nowhere/b.pem")]));
        Assert.StartsWith($"MetricsKit:Otlp:{key} is '/nowhere/b.pem'", Assert.Single(section.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void File_OfAVariableThatHoldsSomethingElse_StopsTheStartByTheNameOfTheVariable()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["a.pem"], "nonsense");
        var refused = Assert.Throws<OptionsValidationException>(() => Options(static b => b.AddOtlpExporter(), [("OTEL_EXPORTER_OTLP_CERTIFICATE", folder["a.pem"]), ("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", folder["a.pem"])]));
        Assert.Equal(["OTEL_EXPORTER_OTLP_CERTIFICATE", "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"], refused.Failures.Select(static f => f.Split(' ')[0]));
        var key = Assert.Throws<OptionsValidationException>(() => Options(static b => b.AddOtlpExporter(), [("OTEL_EXPORTER_OTLP_CLIENT_KEY", folder["a.pem"])]));
        Assert.StartsWith("OTEL_EXPORTER_OTLP_CLIENT_KEY is there without its certificate", Assert.Single(key.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Variables_OfTheProcess_AreBehindTheConfigurationOfAHostWithoutABuilder()
    {
        Dictionary<string, string?> values = new() { ["MetricsKit:Otlp:Enabled"] = "true", ["MetricsKit:Enabled"] = "false", ["OTEL_EXPORTER_OTLP_TIMEOUT"] = "3000", ["OTEL_METRIC_EXPORT_INTERVAL"] = "" };
        Dictionary<string, string> process = new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://process:1", ["OTEL_EXPORTER_OTLP_TIMEOUT"] = "4000", ["OTEL_METRIC_EXPORT_INTERVAL"] = "5000" };
        await using var kit = MetricsKitHost.Create(b => b.Services.AddSingleton(new ProcessVariables(process.GetValueOrDefault)), new ConfigurationBuilder().AddInMemoryCollection(values).Build());
        var o = kit.Services.GetRequiredService<IOptions<MetricsKitOptions>>().Value.Otlp!;
        Assert.Equal(("http://process:1", TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(15)), (o.Endpoint, o.RequestTimeout, o.Interval));
    }

    [Fact]
    public void Variables_OfTheHostsConfiguration_AreBehindTheSectionAndTheSectionBehindCode()
    {
        (string, string)[] variables = [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://variable:1"), ("OTEL_EXPORTER_OTLP_HEADERS", "a=1,b=2"), ("OTEL_EXPORTER_OTLP_TIMEOUT", "3000"), ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")];
        Assert.Null(Options(null, variables).Otlp); // a variable alone exports nothing
        var asked = Options(static b => b.AddOtlpExporter(), variables).Otlp!;
        Assert.Equal(("http://variable:1", "2", TimeSpan.FromSeconds(3), true), (asked.Endpoint, asked.Headers["b"], asked.RequestTimeout, asked.Compress));
        var o = Options(static b => b.AddOtlpExporter(static o => o.RequestTimeout = TimeSpan.FromSeconds(1)), [.. variables, ("MetricsKit:Otlp:Endpoint", "http://section:1"), ("MetricsKit:Otlp:RequestTimeout", "00:00:02"), ("MetricsKit:Otlp:Headers:c", "3")]).Otlp!;
        Assert.Equal(("http://section:1", TimeSpan.FromSeconds(1), true), (o.Endpoint, o.RequestTimeout, o.Compress));
        Assert.Equal([KeyValuePair.Create("c", "3")], o.Headers); // one setting: the variables' are not sent to the section's server
    }

    [Fact]
    public void Endpoint_OfTheSection_WinsOverTheVariableForMetricsAlone()
    {
        var o = Options(null, [("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://variable/in"), ("MetricsKit:Otlp:Endpoint", "http://section:1")]).Otlp!;
        Assert.Equal(("http://section:1", ""), (o.Endpoint, o.MetricsEndpoint));
    }

    [Fact]
    public void Endpoint_OfAVariableWithoutAScheme_IsATargetWhereTheSectionSaysGrpc()
    {
        var o = Options(null, [("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317"), ("MetricsKit:Otlp:Protocol", "grpc")]).Otlp!;
        Assert.Equal("https://collector:4317", o.Endpoint);
    }

    [Fact]
    public async Task Warnings_OfVariables_AreLoggedOnceAndStopNoStart()
    {
        using LogLines log = new();
        ConfigurationManager configuration = new();
        configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/json";
        configuration["OTEL_RESOURCE_ATTRIBUTES"] = "nonsense";
        configuration["MetricsKit:Otlp:Endpoint"] = "http://127.0.0.1:1";
        configuration["MetricsKit:Enabled"] = "false"; // nothing is exported here
        await using var kit = TestKit.Start(configuration: configuration, add: b => b.Services.AddLogging(l => l.AddProvider(log)));
        configuration["MetricsKit:Limits:MaxSeries"] = "17";
        ((IConfigurationRoot)configuration).Reload();
        Assert.Equal(
        [
            "Warning: OTEL_EXPORTER_OTLP_PROTOCOL is 'http/json' and is ignored: write one of http/protobuf, grpc.",
            "Warning: OTEL_RESOURCE_ATTRIBUTES is not a list like key1=value1,key2=value2 with percent-encoded values, and is ignored as a whole: correct it.",
        ], log.All.Where(static l => l.Contains("OTEL_", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    static OtlpExporterOptions? Bound(Action<IMetricsKitBuilder>? add, params ReadOnlySpan<(string Key, string Value)> keys) => Options(add, Keys(keys)).Otlp;

    static IReadOnlyList<string> Faults(Action<IMetricsKitBuilder>? add, params ReadOnlySpan<(string Key, string Value)> keys)
    {
        try
        {
            Options(add, Keys(keys));
            return [];
        }
        catch (OptionsValidationException refused) { return [.. refused.Failures]; }
    }

    static (string, string)[] Keys(ReadOnlySpan<(string Key, string Value)> keys)
    {
        var full = keys.ToArray();
        return [.. full.Select(static k => ("MetricsKit:Otlp:" + k.Key, k.Value))];
    }

    /// <summary>The options of a host that is not started: nothing is exported.</summary>
    static MetricsKitOptions Options(Action<IMetricsKitBuilder>? add, (string Key, string Value)[] keys)
    {
        Dictionary<string, string?> values = [];
        foreach (var (key, value) in keys) values[key] = value;
        ServiceCollection services = new();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
        var builder = services.AddMetricsKit();
        add?.Invoke(builder);
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<MetricsKitOptions>>().Value;
    }
}
