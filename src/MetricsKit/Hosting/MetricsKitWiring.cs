using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace MetricsKit;

/// <summary>Makes the parts of a host from its services.</summary>
static class MetricsKitWiring
{
    internal static InstrumentPolicy MakePolicy(IServiceProvider provider) => new(OptionsOf(provider), provider.GetRequiredService<MetricsKitRegistrations>().Definitions);

    internal static InstrumentRegistry MakeRegistry(IServiceProvider provider)
    {
        var options = OptionsOf(provider);
        var policy = provider.GetRequiredService<InstrumentPolicy>();
        CellSpace.Limit(options.Limits.MaxCellBytes, options.Limits.MaxThreads);
        InstrumentRegistry registry = new(provider.GetService<IMeterFactory>(), provider.GetRequiredService<TimeProvider>(), options.Limits.MaxSeries, policy.SettingsOf);
        if (options.Exemplars) registry.Made = provider.GetRequiredService<ExemplarListener>().Attach;
        // In the order of the catalogue, whoever asks for a meter first; the kit's own last.
        foreach (var definition in policy.Meters)
        {
            if (definition.Name != SnapshotBuilder.OwnMeter) registry.Open(definition);
        }
        registry.Open(KitMetrics.Definition);
        return registry;
    }

    internal static ForeignMeters MakeForeign(IServiceProvider provider)
    {
        var options = OptionsOf(provider);
        var exemplars = options.Exemplars ? provider.GetRequiredService<ExemplarSampler>() : null;
        return new(provider.GetRequiredService<InstrumentRegistry>(), provider.GetService<IMeterFactory>(), new(DotNetMeters.Expand(options.Meters)), provider.GetRequiredService<CollectorMonitor>(), provider.GetRequiredService<InstrumentPolicy>().SettingsOf, exemplars);
    }

    internal static SnapshotBuilder MakeBuilder(IServiceProvider provider)
    {
        var options = OptionsOf(provider);
        var policy = provider.GetRequiredService<InstrumentPolicy>();
        return new(provider.GetRequiredService<InstrumentRegistry>(), options.Prefix, options.Tags.Count == 0 ? [] : [.. options.Tags], provider.GetRequiredService<HostResource>().Of(options), () => policy.Enabled);
    }

    /// <summary>Brings meters and collectors to life: a snapshot before the host has started is as complete as one after.</summary>
    internal static SnapshotSource MakeSource(IServiceProvider provider)
    {
        var options = OptionsOf(provider);
        var registrations = provider.GetRequiredService<MetricsKitRegistrations>();
        foreach (var meter in registrations.Meters) meter.Activate(provider);
        var monitor = provider.GetRequiredService<CollectorMonitor>();
        var registry = provider.GetRequiredService<InstrumentRegistry>();
        var policy = provider.GetRequiredService<InstrumentPolicy>();
        foreach (var registration in registrations.Collectors)
        {
            var group = registration.Group is null ? null : options.Groups.TryGetValue(registration.Group, out var found) ? found : null;
            var collector = Measures() ? registration.Make(provider) : new SleepingCollector(() => registration.Make(provider), Measures, registration.IsSampled ? options.Derived.Interval : null);
            if (collector.Interval is { } interval && !InstrumentPolicy.IsInterval(interval))
                throw new InvalidOperationException($"The collector {registration.Name} has an interval of {interval:c}: make it 100 ms to one day, or null to be read with snapshots.");
            monitor.Add(collector, registration.Name, collector.Interval ?? group?.Interval);

            bool Measures() => (policy.Enabled || registration.Group == SnapshotBuilder.OwnMeter) && MetricsKitWiring.Measures(registry, registration.Group);
        }
        registry.RefreshObservations = monitor.Refresh;
        if (options is { Enabled: true, Meters.Count: > 0 }) provider.GetRequiredService<ForeignMeters>().Start();
        return new(provider.GetRequiredService<SnapshotBuilder>(), monitor, provider.GetRequiredService<TimeProvider>());
    }

    /// <summary>Whether any instrument of the group measures: one may be switched on in a group that is off.</summary>
    static bool Measures(InstrumentRegistry registry, string? group)
    {
        if (group is null) return true;
        foreach (var meter in registry.Meters)
        {
            if (meter.IsForeign || !string.Equals(meter.Definition.Group, group, StringComparison.OrdinalIgnoreCase)) continue;
            foreach (var instrument in meter.All)
            {
                if (instrument is { Enabled: true }) return true;
            }
        }
        return false;
    }

    internal static ILogger LoggerOf(IServiceProvider provider, string category = "MetricsKit") =>
        (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger(category);

    static MetricsKitOptions OptionsOf(IServiceProvider provider) => provider.GetRequiredService<IOptions<MetricsKitOptions>>().Value;
}
