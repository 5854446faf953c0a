using System.Globalization;
using System.Text.Json;

namespace MetricsKit.Testing;

// Rendered as JSON, which is YAML too: nothing has to be quoted by hand.
static class PrometheusConfiguration
{
    public static string Render(IEnumerable<ScrapeTarget> targets) =>
        JsonSerializer.Serialize(new Dictionary<string, object> { ["scrape_configs"] = targets.Select(Job).ToList() });

    static Dictionary<string, object> Job(ScrapeTarget target)
    {
        var interval = string.Create(CultureInfo.InvariantCulture, $"{(long)target.Interval.TotalMilliseconds}ms");
        var job = new Dictionary<string, object>
        {
            ["job_name"] = target.JobName,
            ["scheme"] = target.Address.Scheme,
            ["metrics_path"] = target.Address.AbsolutePath,
            ["scrape_interval"] = interval,
            ["scrape_timeout"] = interval, // The default of 10 s is refused when it is longer than the interval.
            ["params"] = target.Parameters.ToDictionary(parameter => parameter.Key, parameter => new[] { parameter.Value }),
            ["static_configs"] = new[] { new { targets = new[] { target.Address.Authority } } },
        };
        if (target.BearerToken is { } token)
        {
            job["authorization"] = new { type = "Bearer", credentials = token };
        }

        return job;
    }
}
