using System.Diagnostics.Metrics;
using System.IO.Compression;
using System.Net;
using MetricsKit.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MetricsKit.AspNetCore.Tests.Peers;

/// <summary>What the public tests of OpenTelemetry's scrape endpoint assert, asked of this one over HTTP; the list of all peers is approved in MetricsKit.Tests.</summary>
public sealed class HttpPeerTests
{
    const string CounterLine = "\ncounter_double_bytes_total{key1=\"value1\",key2=\"value2\"} 101.17";

    static readonly Dictionary<string, Func<Task>> _proofs = new()
    {
        ["otel-http-get"] = Formats,
        ["otel-http-path"] = Paths,
        ["otel-http-headers"] = Headers,
        ["otel-http-predicate"] = Conventions,
        ["otel-http-nothing"] = Nothing,
        ["otel-http-scope"] = MeterTags,
        ["otel-http-resource"] = Resource,
        ["otel-http-accept"] = static () => Accepts((null, PeerSite.Text), ("text/plain; version=0.0.4", PeerSite.Text), ("application/openmetrics-text; version=1.0.0", PeerSite.OpenMetrics), ("application/openmetrics-text; version=2.0.0", PeerSite.Text), ("foo", PeerSite.Text)),
        ["otel-http-accept-versions"] = static () => Accepts(("text/plain; version=1.0.0; escaping=dots", PeerSite.Text), ("application/openmetrics-text; version=0.0.1", PeerSite.OpenMetrics), ("application/openmetrics-text; version=1.0.0; escaping=values", PeerSite.OpenMetrics)),
        ["otel-http-alternate"] = Alternate,
        ["otel-http-underscores"] = static () => Named("text/plain; version=1.0.0; escaping=allow-utf-8", "text/plain; version=1.0.0; escaping=dots", "text/plain; version=1.0.0; escaping=values", "text/plain; version=1.0.0"),
        ["otel-http-strategies"] = static () => Named("text/plain; version=1.0.0; escaping=underscores", "application/openmetrics-text; version=1.0.0; escaping=allow-utf-8"),
        ["otel-http-many"] = static () => Many(1000),
        ["otel-http-limit"] = static () => Many(2000),
        ["otel-http-failure"] = static () => HttpPeerFailures.Refused(),
        ["otel-http-failure-late"] = static () => HttpPeerFailures.Cut(),
        ["otel-http-gone"] = static () => HttpPeerFailures.Gone(),
        ["otel-http-deadline"] = static () => HttpPeerFailures.Hanging(),
        ["otel-http-deadline-invalid"] = Deadlines,
        ["otel-listener-get"] = Formats,
        ["otel-listener-path"] = Paths,
        ["otel-listener-large"] = Large,
        ["otel-listener-concurrent"] = static () => HttpPeerFailures.HeldUp(),
        ["otel-listener-deadline-invalid"] = Deadlines,
        ["otel-listener-labels"] = MeterTags,
        ["otel-listener-deadline"] = static () => HttpPeerFailures.Hanging(),
        ["otel-listener-limit"] = static () => Many(2000),
        ["otel-integration-gzip"] = Packed,
        ["otel-integration-promtool"] = Promtool,
        ["otel-integration-disabled"] = Disabled,
    };

    static IEnumerable<string> Facts => HttpPeers.Suites.SelectMany(static s => s.Facts).Select(static f => f.Id);

    public static TheoryData<string> Ids => [.. Facts];

    [Theory]
    [MemberData(nameof(Ids))]
    public Task Peer_FactOverHttp_IsMetOrDiffersAsItSays(string id) => _proofs[id]();

    [Fact]
    public void Proofs_OfFactsThatAreGone_AreGone() => Assert.Equal(Facts.Order(StringComparer.Ordinal), _proofs.Keys.Order(StringComparer.Ordinal));

    static async Task Formats()
    {
        await using var peer = await PeerSite.StartAsync();
        Assert.DoesNotContain("counter_double", (await peer.GetAsync()).Body, StringComparison.Ordinal);
        peer.Count();
        foreach (var (accept, type) in ((string?, string)[])[(null, PeerSite.Text), ("text/plain", PeerSite.Text), ("application/openmetrics-text", PeerSite.OpenMetrics), ("application/openmetrics-text; version=1.0.0", PeerSite.OpenMetrics)])
        {
            var answer = await peer.GetAsync(accept);
            Assert.Equal(type, answer.Type);
            Assert.Contains(CounterLine + "\n", answer.Body, StringComparison.Ordinal);
        }
    }

    static async Task Paths()
    {
        await using (var peer = await PeerSite.StartAsync(settings: ("MetricsKit:Prometheus:Path", "/metrics_options")))
        {
            await peer.GetAsync(path: "/metrics_options");
            Assert.Equal(HttpStatusCode.NotFound, (await peer.SendAsync()).StatusCode);
        }
        await using var other = await PeerSite.StartAsync(static app => app.MapMetricsKit("metrics_override"), settings: ("MetricsKit:Prometheus:Path", "/metrics_options"));
        await other.GetAsync(path: "/metrics_override");
        Assert.Equal(HttpStatusCode.NotFound, (await other.SendAsync(path: "/metrics_options")).StatusCode);
    }

    static async Task Headers()
    {
        await using var peer = await PeerSite.StartAsync();
        using var answer = await peer.SendAsync();
        Assert.Null(answer.Content.Headers.LastModified);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        Assert.Equal(["Accept", "Accept-Encoding"], answer.Headers.Vary);
    }

    static async Task Conventions()
    {
        await using var peer = await PeerSite.StartAsync(static app =>
        {
            app.Use(static (context, next) =>
            {
                context.Response.Headers["X-MiddlewareExecuted"] = "true";
                return next(context);
            });
            app.MapMetricsKit("/elsewhere").RequireHost("elsewhere.test");
            app.MapMetricsKit("/metrics");
        });
        using var answer = await peer.SendAsync();
        Assert.Equal((HttpStatusCode.OK, "true"), (answer.StatusCode, answer.Headers.GetValues("X-MiddlewareExecuted").Single()));
        Assert.Equal(HttpStatusCode.NotFound, (await peer.SendAsync(path: "/elsewhere")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await peer.SendAsync(null, "/elsewhere", ("Host", "elsewhere.test"))).StatusCode);
    }

    static async Task Nothing()
    {
        await using var peer = await PeerSite.StartAsync();
        Assert.Contains("\nmetricskit_enabled 1\n", (await peer.GetAsync()).Body, StringComparison.Ordinal);
    }

    static async Task MeterTags()
    {
        await using var peer = await PeerSite.StartAsync(tags: [new("meterKey1", "value1"), new("meterKey2", "value2")]);
        peer.Count();
        foreach (string accept in (string[])["text/plain", "application/openmetrics-text"])
        {
            string body = (await peer.GetAsync(accept)).Body;
            Assert.Contains("\ncounter_double_bytes_total{key1=\"value1\",key2=\"value2\",meterKey1=\"value1\",meterKey2=\"value2\"} 101.17\n", body, StringComparison.Ordinal);
            Assert.DoesNotContain("otel_scope", body, StringComparison.Ordinal);
        }
    }

    static async Task Resource()
    {
        await using var peer = await PeerSite.StartAsync(settings: [("MetricsKit:Resource:Attributes:service.name", "my_service"), ("MetricsKit:Resource:Labels:service_name", "service.name")]);
        peer.Count();
        string body = (await peer.GetAsync()).Body;
        Assert.Contains("\ncounter_double_bytes_total{key1=\"value1\",key2=\"value2\",service_name=\"my_service\"} 101.17\n", body, StringComparison.Ordinal);
        Assert.Contains("\ntarget_info{service_name=\"my_service\",", body, StringComparison.Ordinal);
    }

    static async Task Accepts(params (string? Accept, string Type)[] rows)
    {
        await using var peer = await PeerSite.StartAsync();
        foreach (var (accept, type) in rows) Assert.Equal((accept, type), (accept, (await peer.GetAsync(accept)).Type));
    }

    static async Task Alternate()
    {
        await using var peer = await PeerSite.StartAsync();
        peer.Count();
        foreach (bool open in (bool[])[true, false, true, true, false])
        {
            var (type, body) = await peer.GetAsync(open ? "application/openmetrics-text" : "text/plain");
            Assert.Equal(open ? PeerSite.OpenMetrics : PeerSite.Text, type);
            Assert.Contains(open ? "# TYPE counter_double_bytes counter\n# UNIT counter_double_bytes bytes\n" : "# TYPE counter_double_bytes_total counter\n", body, StringComparison.Ordinal);
            Assert.Contains(CounterLine, body, StringComparison.Ordinal);
        }
    }

    static async Task Named(params string[] accepts)
    {
        await using var peer = await PeerSite.StartAsync();
        peer.Meter.CreateCounter<long>("http.server.requests", "By").Add(5, new KeyValuePair<string, object?>("http.host", "localhost"));
        foreach (string accept in accepts) Assert.Contains("\nhttp_server_requests_bytes_total{http_host=\"localhost\"} 5\n", (await peer.GetAsync(accept)).Body, StringComparison.Ordinal);
    }

    static async Task Many(int count)
    {
        await using var peer = await PeerSite.StartAsync();
        for (int i = 0; i < count; i++) peer.Meter.CreateCounter<double>($"counter_double_{i}", "By").Add(1);
        string body = (await peer.GetAsync()).Body;
        for (int i = 0; i < count; i++) Assert.Contains($"\ncounter_double_{i}_bytes_total 1\n", body, StringComparison.Ordinal);
    }

    static async Task Large()
    {
        await using var peer = await PeerSite.StartAsync(settings: [.. Enumerable.Range(0, 12).Select(static i => ($"MetricsKit:Tags:t{i}", new string('A', 250)))]);
        for (int i = 0; i < 1000; i++) peer.Meter.CreateCounter<double>($"counter_double_{i}", "By").Add(1);
        foreach (string accept in (string[])["", "application/openmetrics-text"])
        {
            string body = (await peer.GetAsync(accept)).Body;
            Assert.True(body.Length > 3_000_000);
            Assert.Contains("\ncounter_double_999_bytes_total{", body, StringComparison.Ordinal);
            Assert.DoesNotContain('\0', body);
        }
    }

    static async Task Deadlines()
    {
        await using var peer = await PeerSite.StartAsync();
        peer.Count();
        foreach (string seconds in (string[])["-1", "0", "0.0009", "2147483", "2147483.1", "1.05e+003", "foo", "+Inf", "-Inf", "NaN"])
        {
            using var answer = await peer.SendAsync(null, "/metrics", ("X-Prometheus-Scrape-Timeout-Seconds", seconds));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Contains(CounterLine, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    static async Task Packed()
    {
        await using var peer = await PeerSite.StartAsync();
        peer.Count();
        using var answer = await peer.SendAsync(null, "/metrics", ("Accept-Encoding", "gzip"));
        Assert.Equal((HttpStatusCode.OK, PeerSite.Text), (answer.StatusCode, answer.Content.Headers.NonValidated["Content-Type"].ToString()));
        Assert.Equal(["gzip"], answer.Content.Headers.ContentEncoding);
        using StreamReader reader = new(new GZipStream(await answer.Content.ReadAsStreamAsync(), CompressionMode.Decompress));
        string body = await reader.ReadToEndAsync();
        Assert.Contains(CounterLine, body, StringComparison.Ordinal);
        Assert.Equal((false, true), (body.Contains("# EOF", StringComparison.Ordinal), body.EndsWith('\n')));
    }

    static async Task Promtool()
    {
        await using var peer = await PeerSite.StartAsync();
        peer.Meter.CreateCounter<long>("processed", "By", "Bytes.").Add(1, new KeyValuePair<string, object?>("http.host", "x"));
        peer.Meter.CreateHistogram<double>("duration", "s", "Seconds.").Record(0.2);
        foreach (string accept in (string[])["", "text/plain", "text/plain;version=0.0.4", "text/plain;version=1.0.0", "text/plain;version=1.0.0;escaping=dots", "text/plain;version=1.0.0;escaping=values"])
        {
            var verdict = await PromTool.CheckMetricsAsync((await peer.GetAsync(accept)).Body);
            Assert.Equal((0, ""), (verdict.ExitCode, verdict.Output));
        }
    }

    static async Task Disabled()
    {
        await using var peer = await PeerSite.StartAsync(settings: ("MetricsKit:Enabled", "false"));
        peer.Count();
        var (type, body) = await peer.GetAsync();
        Assert.Equal(PeerSite.Text, type);
        Assert.Contains("\nmetricskit_enabled 0\n", body, StringComparison.Ordinal);
        Assert.DoesNotContain("counter_double", body, StringComparison.Ordinal);
    }
}
