using System.Collections.Immutable;

namespace MetricsKit;

/// <summary>What was added to the kit, asked for once.</summary>
/// <remarks>The container compiles the answer when a list of instances is asked for a second time, which is not worth it for two times.</remarks>
sealed class MetricsKitRegistrations(IEnumerable<MeterRegistration> meters, IEnumerable<CollectorRegistration> collectors, IEnumerable<SinkRegistration> sinks, IEnumerable<ExporterRegistration> exporters)
{
    internal IEnumerable<MeterRegistration> Meters => meters;

    /// <summary>What the meters are, in the same order.</summary>
    internal ImmutableArray<MeterDefinition> Definitions { get; } = [.. meters.Select(static m => m.Definition)];

    internal IEnumerable<CollectorRegistration> Collectors => collectors;

    /// <summary>The sinks that were added by code; those of the configuration are made of their options.</summary>
    internal IEnumerable<SinkRegistration> Sinks => sinks;

    internal IEnumerable<ExporterRegistration> Exporters => exporters;
}
