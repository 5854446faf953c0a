using System.Collections.Immutable;

namespace MetricsKit;

/// <summary>The predefined meters. To add one, write it and add its line here.</summary>
static class MetricsKitCatalog
{
    internal static ImmutableArray<MeterRegistration> Meters { get; } =
    [
        MeterRegistration.Of<SystemMetrics>(static i => new(i)),
        MeterRegistration.Of<ProcessMetrics>(static i => new(i)),
        MeterRegistration.Of<ApplicationMetrics>(static i => new(i)),
        MeterRegistration.Of<BusinessMetrics>(static i => new(i)),
        MeterRegistration.Of<SafetyMetrics>(static i => new(i)),
        MeterRegistration.Of<PerformanceMetrics>(static i => new(i)),
        MeterRegistration.Of<RuntimeMetrics>(static i => new(i)),
        MeterRegistration.Of<KitMetrics>(static i => new(i)),
    ];
}
