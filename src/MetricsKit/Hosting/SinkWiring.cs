using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MetricsKit;

/// <summary>Which sinks a host has: those of the configuration, in this order, and those that were added.</summary>
static class SinkWiring
{
    internal static IEnumerable<SinkRegistration> SinksOf(IServiceProvider provider)
    {
        _ = provider.GetRequiredService<IOptions<MetricsKitOptions>>().Value.Sinks;
        return provider.GetServices<SinkRegistration>();
    }
}
