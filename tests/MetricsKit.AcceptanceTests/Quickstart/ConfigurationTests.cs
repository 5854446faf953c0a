using System.Text.Json;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.AcceptanceTests.Quickstart;

/// <summary>What a user sets without writing code.</summary>
public sealed class ConfigurationTests
{
    static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

    static readonly string[] _hostile = ["say \"stop\"", "back\\slash", "new\nline", "carriage\rreturn", "tab\tulator", "robot 🤖", "روبوت", "{a=\"b\"} 1", "# EOF", "\u2028", " "];

    [Fact]
    public async Task Prefix_FromTheEnvironment_WinsOverTheFile()
    {
        await using var quickstart = await QuickstartProcess.StartAsync(Path.GetDirectoryName(Repository.Quickstart)!, [], ("MetricsKit__Prefix", "plant"));

        var scrape = await Scrape.GetAsync(quickstart.Http, ExpositionSyntax.Text);

        Assert.True(scrape.Value("plant_memory_total_bytes") > 0);
        Assert.DoesNotContain(scrape.Families, family => family.Name.StartsWith("oht50_", StringComparison.Ordinal));
    }

    [PrometheusFact]
    public async Task LabelValues_FromRoutesAndConfiguration_ArriveUnharmedInPrometheus()
    {
        // NUL comes by configuration only: Kestrel refuses it in a path.
        string[] declared = [.. _hostile, "nul\0inside"];
        var directory = Directory.CreateTempSubdirectory("metricskit-quickstart-");
        try
        {
            var settings = new { MetricsKit = new { Prefix = "oht50", Groups = new { Safety = new { Values = new { type = declared } } } } };
            await File.WriteAllTextAsync(Path.Combine(directory.FullName, "appsettings.json"), JsonSerializer.Serialize(settings));
            await using var quickstart = await QuickstartProcess.StartAsync(directory.FullName, []);
            foreach (var value in _hostile)
            {
                using var answer = await quickstart.Http.PostAsync(new Uri("/missions/" + Uri.EscapeDataString(value), UriKind.Relative), content: null);
                answer.EnsureSuccessStatusCode();
            }

            await using var prometheus = await PrometheusServer.StartAsync(new ScrapeTarget("quickstart", quickstart.Metrics, TimeSpan.FromSeconds(1)));
            await prometheus.WaitForAsync("up", samples => samples is [{ Value: 1 }], _patience);

            Assert.Equal(declared.Order(StringComparer.Ordinal), await TypesAsync(prometheus, "oht50_safety_events_total"));
            Assert.Equal(_hostile.Order(StringComparer.Ordinal), await TypesAsync(prometheus, """oht50_missions_total{status="succeeded"} == 1"""));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    static async Task<IEnumerable<string>> TypesAsync(PrometheusServer prometheus, string promql) =>
        (await prometheus.QueryAsync($"group by (type) ({promql})")).Select(sample => sample.Labels["type"]).Order(StringComparer.Ordinal);
}
