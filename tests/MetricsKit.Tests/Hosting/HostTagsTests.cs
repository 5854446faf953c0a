using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MetricsKit.Tests.Hosting;

/// <summary>The host's constant tags on recorded samples: in each sink, and on the scrape once.</summary>
public sealed class HostTagsTests
{
    [Fact]
    public async Task Sample_InASink_CarriesThemBehindAllStepsAndItsOwnWin()
    {
        List<string> seen = [];
        await using (var kit = Start(seen, ("Processing:Tags:line", "a"), ("Processing:RemoveTags:0", "service")))
        {
            var recorder = kit.Services.GetRequiredService<IMetricRecorder>();
            recorder.Record("level", 1);
            recorder.Record("rises", 2, SampleKind.Counter, ("site", "south"), ("service", "own"));
            Assert.True(await recorder.FlushAsync(Threads.Patience));
        }
        Assert.Equal(["level 1 line=a service=fleet site=north", "rises 2 line=a service=fleet site=south"], seen);
    }

    [Fact]
    public async Task Sample_WithAsManyTagsAsItMayHave_KeepsThemAll()
    {
        List<string> seen = [];
        await using (var kit = Start(seen))
        {
            var recorder = kit.Services.GetRequiredService<IMetricRecorder>();
            Assert.True(recorder.Record("level", 1, tags: [.. Enumerable.Range(10, 32).Select(static i => ($"k{i}", "v"))]));
            Assert.True(await recorder.FlushAsync(Threads.Patience));
        }
        Assert.Equal("level 1 " + string.Join(' ', Enumerable.Range(10, 32).Select(static i => $"k{i}=v")) + " service=fleet site=north", Assert.Single(seen));
    }

    [Theory]
    [InlineData(ExpositionFormat.PrometheusText)]
    [InlineData(ExpositionFormat.OpenMetrics)]
    public async Task Sample_OnTheScrape_CarriesEachOnceAndTheInstrumentNone(ExpositionFormat format)
    {
        await using var kit = Start([]);
        var recorder = kit.Services.GetRequiredService<IMetricRecorder>();
        recorder.Record("level", 1);
        recorder.Record("level", 2, tags: ("site", "south"));
        recorder.Record("level", 3, tags: ("line", "a"));
        Assert.True(await recorder.FlushAsync(Threads.Patience));

        using var snapshot = await kit.SnapshotAsync();
        string[] lines = [.. TestKit.Text(snapshot, format).Split('\n').Where(static l => l.StartsWith("level{", StringComparison.Ordinal))];
        Assert.Equal(3, lines.Length);
        Assert.All(lines, static line => Assert.Equal(2, line.Split("service=\"fleet\"").Length));
        Assert.Equal([1, 2], lines.Select(static line => line.Split("site=\"south\"").Length).Distinct().Order());
        Assert.All(lines, static line => Assert.Equal(2, line.Split("site=").Length));
        // Tags that the instrument's own table never saw take no room of it.
        var series = snapshot.Families.Single(static f => f.Definition.Name == "level").Series.Select(static s => string.Join(' ', s.Tags.Select(static t => $"{t.Key}={t.Value}")));
        Assert.Equal(["", "line=a", "site=south"], series.Order(StringComparer.Ordinal));
    }

    static TestKit Start(List<string> seen, params (string, string)[] more) => TestKit.Start(
        configuration: TestKit.Configuration([("Tags:service", "fleet"), ("Tags:site", "north"), .. more]),
        add: b =>
        {
            b.AddSink<ListSink>("list", static o => o.QueueSamples = 1024);
            b.Services.AddSingleton(seen);
        });

    sealed class ListSink(List<string> seen) : IMetricSink
    {
        public ValueTask WriteAsync(SampleBatch batch, CancellationToken cancellationToken)
        {
            foreach (var sample in batch.Samples) seen.Add(FormattableString.Invariant($"{sample.Series.Name} {sample.Value} {string.Join(' ', sample.Series.Tags.Select(static t => $"{t.Key}={t.Value}"))}"));
            return ValueTask.CompletedTask;
        }
    }
}
