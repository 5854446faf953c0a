using System.Net;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Sinks.InfluxDb;

/// <summary>What the sink makes of answers, also of those that no InfluxDB gives.</summary>
public sealed class InfluxDbAnswerTests
{
    const string Secret = "hunter2 & more";

    static readonly SampleSeries _good = new("good"), _bad = new("bad");

    [Theory]
    [InlineData(401, "{\"error\":\"authorization failed\"}", "InfluxDB answered 401 authorization failed: check Username, Password and the user's rights.")]
    [InlineData(403, "{\"error\":\"\\\"u\\\" user is not authorized\"}", "InfluxDB answered 403 \"u\" user is not authorized: check Username, Password and the user's rights.")]
    [InlineData(404, "<html>\n\tNothing here</html>", "InfluxDB answered 404 <html>  Nothing here</html> where a write is answered with 204: check that Url is that of an InfluxDB 1.x.")]
    [InlineData(200, "Welcome", "InfluxDB answered 200 Welcome where a write is answered with 204: check that Url is that of an InfluxDB 1.x.")]
    [InlineData(302, "", "InfluxDB answered 302 where a write is answered with 204: check that Url is that of an InfluxDB 1.x.")]
    [InlineData(400, "{\"error\":\"invalid precision\"}", "InfluxDB answered 400 invalid precision.")]
    [InlineData(429, "", "InfluxDB answered 429.")]
    [InlineData(500, "{\"error\":\"timeout\"}", "InfluxDB answered 500 timeout.")]
    [InlineData(503, "{\"error\":\"hunter2 & more is the password\"}", "InfluxDB answered 503 *** is the password.")]
    public async Task Answer_ThatSaysNothingOfLines_IsAFailureAndNothingIsGivenUp(int status, string body, string message)
    {
        bool heals = false;
        await using ScriptedServer server = new(_ => heals ? ScriptedServer.Answer(204) : ScriptedServer.Answer(status, body, "Location: http://127.0.0.1:1/\r\n"));
        using var rig = Rig(server);
        SampleBatch batch = new([new(_good, InfluxDbRig.Now, 1)]);
        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => rig.WriteAsync(batch));
        Assert.Equal(message, failure.Message);
        Assert.Equal((HttpStatusCode)status, failure.StatusCode);
        heals = true;
        await rig.WriteAsync(batch);
        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(server.Requests[0].Text, server.Requests[1].Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Requirement", "S2-024")]
    [Trait("Requirement", "S2-107")]
    public async Task Request_OfOptions_CarriesWhatTheySay(bool compress)
    {
        await using ScriptedServer server = new(static _ => ScriptedServer.Answer(204));
        using var rig = Rig(server, o =>
        {
            (o.Database, o.RetentionPolicy, o.Precision, o.Compress) = ("a&b=c d", "rp?", "ms", compress);
            o.Url = server.Address + "influx/";
        });
        await rig.WriteAsync(new Sample(_good, DateTime.UnixEpoch.AddMilliseconds(12), 1.5));
        var request = Assert.Single(server.Requests);
        Assert.Equal("POST /influx/write?db=a%26b%3Dc%20d&rp=rp%3F&precision=ms HTTP/1.1", request.Line);
        Assert.Equal("Basic " + Convert.ToBase64String("robot:hunter2 & more"u8), request.Headers["Authorization"]);
        Assert.Equal(compress, request.Headers.ContainsKey("Content-Encoding"));
        Assert.Equal("good value=1.5 12\n", request.Text);
    }

    [Theory]
    [InlineData("unable to parse 'bad value=1 1': the reason")]
    [InlineData("partial write: unable to parse 'bad value=1 1': the reason dropped=0")]
    [InlineData("field type conflict")]
    public async Task Lines_ThatTheServerCannotRead_AreFoundAndTheOthersTaken(string error)
    {
        HashSet<string> taken = [];
        await using ScriptedServer server = new(request =>
        {
            var lines = request.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (lines.Any(static l => l.StartsWith("bad", StringComparison.Ordinal))) return ScriptedServer.Answer(400, $"{{\"error\":\"{error}\"}}");
            taken.UnionWith(lines);
            return ScriptedServer.Answer(204);
        });
        using var rig = Rig(server);
        var samples = InfluxDbRig.Samples(_good, 100);
        foreach (int at in (int[])[0, 41, 42, 99]) samples[at] = samples[at] with { Series = _bad };
        var refused = await Assert.ThrowsAsync<SamplesRejectedException>(() => rig.WriteAsync(samples));
        Assert.Equal(4, refused.Rejected);
        Assert.Equal(96, taken.Count);
        Assert.Contains("InfluxDB takes 4 of 100 samples never: 400 " + error.Split(':')[0], refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_ThatIsTooLarge_IsHalvedUntilItIsNot()
    {
        HashSet<string> taken = [];
        await using ScriptedServer server = new(request =>
        {
            if (request.Text.Length > 300) return ScriptedServer.Answer(413, "Request Entity Too Large");
            taken.UnionWith(request.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            return ScriptedServer.Answer(204);
        });
        using var rig = Rig(server);
        var samples = InfluxDbRig.Samples(_good, 99);
        samples[50] = samples[50] with { Series = new("large", SampleKind.Gauge, [.. Enumerable.Range(0, 3).Select(static i => KeyValuePair.Create($"k{i}", new string('x', 200)))]) };
        Assert.Equal(1, (await Assert.ThrowsAsync<SamplesRejectedException>(() => rig.WriteAsync(samples))).Rejected);
        Assert.Equal(98, taken.Count);
    }

    [Fact]
    public async Task Parts_ThatWereAcknowledged_AreNotSentAgain()
    {
        int asked = 0;
        await using ScriptedServer server = new(_ => ++asked == 2 ? ScriptedServer.Answer(500) : ScriptedServer.Answer(204));
        using var rig = Rig(server);
        SampleBatch batch = new(InfluxDbRig.Samples(_good, 2 * LineBatch.MostLines + 1), firstSequence: 77);
        await Assert.ThrowsAsync<HttpRequestException>(() => rig.WriteAsync(batch));
        await rig.WriteAsync(batch);
        var lines = server.Requests.Select(static r => r.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToArray();
        Assert.Equal(4, lines.Length);
        Assert.Equal(lines[1], lines[2]);
        Assert.Equal(batch.Count, lines[0].Concat(lines[2]).Concat(lines[3]).Distinct().Count());
        await rig.WriteAsync(batch); // as when a call that was given up on had succeeded
        Assert.Equal(4, server.Requests.Count);
    }

    [Fact]
    public async Task Samples_OfSeveralShards_AreAskedForOneByOneWhenSomeAreRefused()
    {
        // It tells of one shard only, as InfluxDB does; within one hour it tells all.
        await using ScriptedServer server = new(static request =>
        {
            int bad = request.Text.Split('\n').Where(static l => l.StartsWith("bad", StringComparison.Ordinal)).GroupBy(static l => l[^20..^9]).Select(static g => g.Count()).FirstOrDefault();
            return bad == 0 ? ScriptedServer.Answer(204) : ScriptedServer.Answer(400, $"{{\"error\":\"partial write: field type conflict dropped={bad}\"}}");
        });
        using var rig = Rig(server);
        var samples = Enumerable.Range(0, 12).Select(static i => new Sample(i % 3 == 0 ? _bad : _good, InfluxDbRig.Now.AddHours(-(i % 6)), i)).ToArray();
        Assert.Equal(4, (await Assert.ThrowsAsync<SamplesRejectedException>(() => rig.WriteAsync(samples))).Rejected);
    }

    [Fact]
    public async Task Answer_WithoutEnd_IsNotRead()
    {
        await using ScriptedServer server = new(static _ => "HTTP/1.1 500 No\r\nContent-Length: 1000000000\r\n\r\n" + new string('x', 1 << 20));
        using var rig = Rig(server);
        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => rig.WriteAsync(InfluxDbRig.Samples(_good, 1)));
        Assert.InRange(failure.Message.Length, 300, 400);
    }

    [Fact]
    public async Task Password_InAnyFailure_IsNotThere()
    {
        await using ScriptedServer server = new(static request => ScriptedServer.Answer(500, new string('x', 290) + Secret + request.Headers["Authorization"]));
        using var rig = Rig(server);
        using InfluxDbRig nobody = new(new("http://127.0.0.1:1"), static o => (o.Username, o.Password) = ("robot", Secret));
        await using ScriptedServer brief = new(static request => ScriptedServer.Answer(500, request.Headers["Authorization"]));
        using var packed = Rig(brief);
        foreach (var failing in (InfluxDbRig[])[rig, nobody, packed])
        {
            string said = (await Assert.ThrowsAsync<HttpRequestException>(() => failing.WriteAsync(InfluxDbRig.Samples(_good, 1)))).ToString();
            Assert.DoesNotContain("hunt", said, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToBase64String("robot:hunter2 & more"u8), said, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Statement_ThatIsRefused_IsAFailureThatSaysTheCure()
    {
        await using ScriptedServer server = new(static request => request.Line.Contains("/query", StringComparison.Ordinal)
            ? ScriptedServer.Answer(200, "{\"results\":[{\"statement_id\":0,\"error\":\"not allowed\"}]}")
            : ScriptedServer.Answer(404, "{\"error\":\"database not found: \\\"x\\\"\"}"));
        using var rig = Rig(server, static o => o.Database = "x");
        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => rig.WriteAsync(InfluxDbRig.Samples(_good, 1)));
        Assert.Equal("InfluxDB answered 200 not allowed to CREATE DATABASE \"x\" WITH DURATION 2592000s REPLICATION 1: create it yourself, or give the user the right to.", failure.Message);
        Assert.Equal("q=CREATE+DATABASE+%22x%22+WITH+DURATION+2592000s+REPLICATION+1", server.Requests[1].Text);
    }

    static InfluxDbRig Rig(ScriptedServer server, Action<InfluxDbSinkOptions>? configure = null) => new(server.Address, options =>
    {
        (options.Username, options.Password) = ("robot", Secret);
        configure?.Invoke(options);
    });
}
