using Xunit;

namespace MetricsKit.Tests.Hosting;

/// <summary>Variables in, options and warnings out, as the OpenTelemetry specification has them.</summary>
public sealed class OtelVariablesTests
{
    const string Common = "OTEL_EXPORTER_OTLP_", Own = "OTEL_EXPORTER_OTLP_METRICS_";

    [Fact]
    public void Apply_WithoutVariables_LeavesTheDefaults()
    {
        var (o, warnings) = Read();
        OtlpExporterOptions expected = new();
        Assert.Equal((expected.Endpoint, expected.MetricsEndpoint, expected.Protocol, expected.Compress), (o.Endpoint, o.MetricsEndpoint, o.Protocol, o.Compress));
        Assert.Equal((expected.Interval, expected.Timeout, expected.RequestTimeout, expected.Temporality), (o.Interval, o.Timeout, o.RequestTimeout, o.Temporality));
        Assert.Empty(o.Headers);
        Assert.Empty(warnings);
    }

    [Fact]
    public void Apply_EveryVariable_SetsWhatItNames()
    {
        var (o, warnings) = Read(
            (Common + "ENDPOINT", "https://collector:4317"), (Common + "PROTOCOL", "GRPC"), (Common + "HEADERS", "api-key=k"), (Common + "COMPRESSION", "gzip"), (Common + "TIMEOUT", "2500"),
            (Common + "CERTIFICATE", "ca.pem"), (Common + "CLIENT_CERTIFICATE", "c.pem"), (Common + "CLIENT_KEY", "k.pem"), (Own + "TEMPORALITY_PREFERENCE", "LowMemory"),
            (Own + "DEFAULT_HISTOGRAM_AGGREGATION", "Explicit_Bucket_Histogram"), ("OTEL_METRIC_EXPORT_INTERVAL", "1500"), ("OTEL_METRIC_EXPORT_TIMEOUT", "3500"));
        Assert.Equal(("https://collector:4317", "", OtlpProtocol.Grpc, true), (o.Endpoint, o.MetricsEndpoint, o.Protocol, o.Compress));
        Assert.Equal([KeyValuePair.Create("api-key", "k")], o.Headers);
        Assert.Equal((TimeSpan.FromSeconds(2.5), TimeSpan.FromSeconds(3.5), TimeSpan.FromSeconds(1.5)), (o.RequestTimeout, o.Timeout, o.Interval));
        Assert.Equal(("ca.pem", "c.pem", "k.pem", OtlpTemporality.LowMemory), (o.Certificate, o.ClientCertificate, o.ClientKey, o.Temporality));
        Assert.Empty(warnings);
    }

    [Fact]
    public void Apply_OfMetricsAlone_WinsOverAllSignals()
    {
        var (o, warnings) = Read(
            (Common + "PROTOCOL", "grpc"), (Own + "PROTOCOL", "http/protobuf"), (Common + "HEADERS", "a=1,b=2"), (Own + "HEADERS", "c=3"), (Common + "COMPRESSION", "gzip"), (Own + "COMPRESSION", "none"),
            (Common + "TIMEOUT", "1000"), (Own + "TIMEOUT", "2000"), (Common + "CERTIFICATE", "a"), (Own + "CERTIFICATE", "b"), (Common + "CLIENT_CERTIFICATE", "a"), (Own + "CLIENT_CERTIFICATE", "b"),
            (Common + "CLIENT_KEY", "a"), (Own + "CLIENT_KEY", "b"), (Common + "ENDPOINT", "http://all:4318"), (Own + "ENDPOINT", "http://own:4318"));
        Assert.Equal((OtlpProtocol.HttpProtobuf, false, TimeSpan.FromSeconds(2)), (o.Protocol, o.Compress, o.RequestTimeout));
        Assert.Equal([KeyValuePair.Create("c", "3")], o.Headers);
        Assert.Equal(("b", "b", "b"), (o.Certificate, o.ClientCertificate, o.ClientKey));
        Assert.Equal("http://own:4318", o.MetricsEndpoint); // as it is: nothing is appended
        Assert.Empty(warnings);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public void Apply_EmptyVariable_IsAsIfUnset(string empty)
    {
        var (o, warnings) = Read(
            (Own + "PROTOCOL", empty), (Common + "PROTOCOL", "grpc"), (Own + "ENDPOINT", empty), (Common + "ENDPOINT", "http://all:4317"), (Own + "HEADERS", empty), (Common + "HEADERS", "a=1"),
            (Own + "TIMEOUT", empty), (Own + "TEMPORALITY_PREFERENCE", empty), (Own + "DEFAULT_HISTOGRAM_AGGREGATION", empty), (Common + "INSECURE", empty));
        Assert.Equal((OtlpProtocol.Grpc, "http://all:4317", "", TimeSpan.FromSeconds(10)), (o.Protocol, o.Endpoint, o.MetricsEndpoint, o.RequestTimeout));
        Assert.Equal([KeyValuePair.Create("a", "1")], o.Headers);
        Assert.Empty(warnings);
    }

    [Theory]
    [InlineData(Common + "PROTOCOL", "http/json", "OTEL_EXPORTER_OTLP_PROTOCOL is 'http/json' and is ignored: write one of http/protobuf, grpc.")]
    [InlineData(Own + "COMPRESSION", "zstd", "OTEL_EXPORTER_OTLP_METRICS_COMPRESSION is 'zstd' and is ignored: write one of gzip, none.")]
    [InlineData(Common + "TIMEOUT", "10s", "OTEL_EXPORTER_OTLP_TIMEOUT is '10s' and is ignored: write a whole number of milliseconds, 10 to 600000.")]
    [InlineData(Common + "TIMEOUT", "-1", "OTEL_EXPORTER_OTLP_TIMEOUT is '-1' and is ignored: write a whole number of milliseconds, 10 to 600000.")]
    [InlineData(Common + "TIMEOUT", "600001", "OTEL_EXPORTER_OTLP_TIMEOUT is '600001' and is ignored: write a whole number of milliseconds, 10 to 600000.")]
    [InlineData("OTEL_METRIC_EXPORT_TIMEOUT", "1.5", "OTEL_METRIC_EXPORT_TIMEOUT is '1.5' and is ignored: write a whole number of milliseconds, 10 to 600000.")]
    [InlineData("OTEL_METRIC_EXPORT_INTERVAL", "0", "OTEL_METRIC_EXPORT_INTERVAL is '0' and is ignored: write a whole number of milliseconds, 100 to 86400000.")]
    [InlineData("OTEL_METRIC_EXPORT_INTERVAL", "99999999999999999999", "OTEL_METRIC_EXPORT_INTERVAL is '99999999999999999999' and is ignored: write a whole number of milliseconds, 100 to 86400000.")]
    [InlineData(Own + "TEMPORALITY_PREFERENCE", "low", "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE is 'low' and is ignored: write one of cumulative, delta, lowmemory.")]
    [InlineData(Own + "DEFAULT_HISTOGRAM_AGGREGATION", "base2_exponential_bucket_histogram", "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION is 'base2_exponential_bucket_histogram' and is ignored: write one of explicit_bucket_histogram.")]
    [InlineData(Common + "ENDPOINT", "http://u:s3cret@h", "OTEL_EXPORTER_OTLP_ENDPOINT is no address to export to and is ignored: write it like http://collector:4318, without a user and without a query.")]
    [InlineData(Common + "ENDPOINT", "s3cret:4318", "OTEL_EXPORTER_OTLP_ENDPOINT is no address to export to and is ignored: write it like http://collector:4318, without a user and without a query.")]
    [InlineData(Common + "ENDPOINT", "http://h/?s3cret", "OTEL_EXPORTER_OTLP_ENDPOINT is no address to export to and is ignored: write it like http://collector:4318, without a user and without a query.")]
    [InlineData(Own + "ENDPOINT", "unix:/s3cret", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT is no address to export to and is ignored: write it like http://collector:4318, without a user.")]
    public void Apply_VariableThatCannotBeRead_IsIgnoredWithAWarning(string name, string text, string warning)
    {
        var (o, warnings) = Read((name, text));
        Assert.Equal([warning], warnings);
        Assert.Empty(o.Faults("Otlp")); // and stops no start
        Assert.Equal(("", "", TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(15)), (o.Endpoint, o.MetricsEndpoint, o.RequestTimeout, o.Timeout, o.Interval));
    }

    [Fact]
    public void Apply_VariableOfMetricsThatCannotBeRead_LeavesTheCommonOne()
    {
        var (o, warnings) = Read((Common + "ENDPOINT", "http://all:4318"), (Own + "ENDPOINT", "own"), (Common + "TIMEOUT", "700"), (Own + "TIMEOUT", "soon"));
        Assert.Equal(("http://all:4318", "", TimeSpan.FromMilliseconds(700)), (o.Endpoint, o.MetricsEndpoint, o.RequestTimeout));
        Assert.Equal(2, warnings.Count);
    }

    [Fact]
    public void Apply_TimeoutOfZero_IsTheLongest()
    {
        var (o, warnings) = Read((Common + "TIMEOUT", "0"), ("OTEL_METRIC_EXPORT_TIMEOUT", "0"));
        Assert.Equal((TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10)), (o.RequestTimeout, o.Timeout));
        Assert.Empty(warnings);
    }

    [Theory]
    [InlineData("collector:4317", null, "https://collector:4317")]
    [InlineData("collector:4317", "TRUE", "http://collector:4317")]
    [InlineData("collector:4317", "false", "https://collector:4317")]
    [InlineData("http://collector:4317", "false", "http://collector:4317")]
    [InlineData("https://collector:4317", "true", "https://collector:4317")]
    public void Insecure_DecidesOnlyForGrpcWithoutAScheme(string endpoint, string? insecure, string expected)
    {
        var (o, warnings) = Read((Common + "PROTOCOL", "grpc"), (Common + "ENDPOINT", endpoint), (Common + "INSECURE", insecure ?? ""));
        Assert.Equal(expected, o.Endpoint);
        Assert.Empty(warnings);
    }

    [Fact]
    public void Insecure_ThatIsNeither_IsFalseWithAWarning()
    {
        var (o, warnings) = Read((Common + "PROTOCOL", "grpc"), (Common + "ENDPOINT", "collector:4317"), (Common + "INSECURE", "1"));
        Assert.Equal("https://collector:4317", o.Endpoint);
        Assert.Equal(["OTEL_EXPORTER_OTLP_INSECURE is '1' and is taken for false: write true or false."], warnings);
    }

    [Fact]
    public void Endpoint_WithoutAScheme_IsATargetWhereTheSectionSaysGrpc()
    {
        OtlpExporterOptions o = new();
        OtelExporterVariables.Apply(Variables((Own + "ENDPOINT", "collector:4317"), (Own + "INSECURE", "true")), o);
        o.Protocol = OtlpProtocol.Grpc;
        o.Complete!();
        Assert.Equal("http://collector:4317", o.MetricsEndpoint);
    }

    [Theory]
    [InlineData("api-key=k%20%C3%A4", null)] // a header holds no ä
    [InlineData("Authorization=Basic%20dTpw==", "Authorization: Basic dTpw==")]
    [InlineData(" a = 1 , ,b=x;y=z,", "a: 1|b: x;y=z")]
    [InlineData("a=1,A=2", "a: 2")] // names are equal but for case, and the last counts
    [InlineData("a=,b=+", "a: |b: +")]
    [InlineData("a=1%2B1+1", "a: 1+1+1")] // a member with escapes in it takes another way
    [InlineData("api%2Dkey=%2C%3D", "api-key: ,=")]
    [InlineData("no value", null)]
    [InlineData("=v", null)]
    [InlineData("a=%2", null)]
    [InlineData("a=%zz", null)]
    [InlineData("a=%C3%28", null)] // not UTF-8
    [InlineData("a b=1", null)]
    [InlineData("content-type=text/plain", null)]
    [InlineData("a=1%0D%0AX: y", null)]
    public void Headers_AreAListOfKeysAndEncodedValues(string text, string? expected)
    {
        var (o, warnings) = Read((Common + "HEADERS", text));
        Assert.Equal(expected ?? "", string.Join('|', o.Headers.Select(static h => $"{h.Key}: {h.Value}")));
        if (expected is not null) Assert.Empty(warnings);
        else Assert.Equal(["Header 1 of OTEL_EXPORTER_OTLP_HEADERS is left out: write key=value, percent-encoded, of printable ASCII characters, and none that follows from the document."], warnings);
        Assert.Empty(o.Faults("Otlp"));
    }

    [Fact]
    public void Headers_OneThatIsWrong_LeavesTheOthersAndTellsNoSecret()
    {
        var (o, warnings) = Read((Own + "HEADERS", "a=1,s3cret,b=2"));
        Assert.Equal(["a", "b"], o.Headers.Keys);
        Assert.StartsWith("Header 2 of OTEL_EXPORTER_OTLP_METRICS_HEADERS is left out", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", warnings[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a=1,b.c=x%2Cy%3Dz", null, "a=1|b.c=x,y=z")]
    [InlineData("service.name=listed,a=1", "named", "service.name=listed|a=1|service.name=named")]
    [InlineData("", "named", "service.name=named")]
    [InlineData("ort=K%C3%B6ln", null, "ort=Köln")]
    public void Resource_IsAListOfKeysAndEncodedValues(string list, string? name, string expected)
    {
        var variables = Variables(("OTEL_RESOURCE_ATTRIBUTES", list), ("OTEL_SERVICE_NAME", name ?? ""));
        Assert.Equal(expected, string.Join('|', OtelResourceVariables.Read(variables).Select(static a => $"{a.Key}={a.Value}")));
        Assert.Empty(variables.Warnings);
    }

    [Theory]
    [InlineData("a=1,b")]
    [InlineData("a=1,=2")]
    [InlineData("a=1,b=%E4")]
    public void Resource_WithAnyError_IsDiscardedAsAWhole(string list)
    {
        var variables = Variables(("OTEL_RESOURCE_ATTRIBUTES", list), ("OTEL_SERVICE_NAME", "named"));
        Assert.Equal([KeyValuePair.Create("service.name", "named")], OtelResourceVariables.Read(variables));
        Assert.Equal(["OTEL_RESOURCE_ATTRIBUTES is not a list like key1=value1,key2=value2 with percent-encoded values, and is ignored as a whole: correct it."], variables.Warnings);
    }

    [Fact]
    public void Resource_ThatIsTooLong_IsDiscardedAsAWhole()
    {
        var variables = Variables(("OTEL_RESOURCE_ATTRIBUTES", "a=" + new string('x', 8191)));
        Assert.Empty(OtelResourceVariables.Read(variables));
        Assert.Equal(["OTEL_RESOURCE_ATTRIBUTES has more than 8,192 bytes and is ignored: shorten it."], variables.Warnings);
    }

    static (OtlpExporterOptions Options, IReadOnlyList<string> Warnings) Read(params (string Name, string Text)[] all)
    {
        var variables = Variables(all);
        OtlpExporterOptions options = new();
        OtelExporterVariables.Apply(variables, options);
        options.Complete!();
        return (options, variables.Warnings);
    }

    static OtelVariables Variables(params (string Name, string Text)[] all)
    {
        var texts = all.ToDictionary(static v => v.Name, static v => v.Text, StringComparer.Ordinal);
        return new(texts.GetValueOrDefault);
    }
}
