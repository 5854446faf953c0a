using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MetricsKit;

/// <summary>Which sinks a host has: those of the configuration, in this order, and those that were added.</summary>
static class SinkWiring
{
    internal static IEnumerable<SinkRegistration> SinksOf(IServiceProvider provider)
    {
        var sinks = provider.GetRequiredService<IOptions<MetricsKitOptions>>().Value.Sinks;
        if (sinks.InfluxDb is { } influxDb) yield return new("influxdb", influxDb, services => new InfluxDbSink(influxDb, MetricsKitWiring.LoggerOf(services)));
        foreach (var added in provider.GetServices<SinkRegistration>()) yield return added;
    }
}
