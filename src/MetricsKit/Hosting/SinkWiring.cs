using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MetricsKit;

/// <summary>Which sinks a host has: those of the configuration, in this order, and those that were added.</summary>
static class SinkWiring
{
    internal static IEnumerable<SinkRegistration> SinksOf(IServiceProvider provider)
    {
        var sinks = provider.GetRequiredService<IOptions<MetricsKitOptions>>().Value.Sinks;
        if (sinks.Instruments.Enabled) yield return new("instruments", sinks.Instruments, p => MakeInstruments(p, sinks.Instruments));
        foreach (var added in provider.GetServices<SinkRegistration>()) yield return added;
    }

    static InstrumentsSink MakeInstruments(IServiceProvider provider, InstrumentsSinkOptions options)
    {
        provider.GetRequiredService<SnapshotBuilder>(); // gives out the names
        return new(provider.GetRequiredService<InstrumentRegistry>(), options);
    }
}
