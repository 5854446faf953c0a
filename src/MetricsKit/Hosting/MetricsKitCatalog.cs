using System.Collections.Immutable;

namespace MetricsKit;

/// <summary>The predefined meters. To add one, write it and add its line here.</summary>
static class MetricsKitCatalog
{
    internal static ImmutableArray<MeterRegistration> Meters { get; } =
    [
        MeterRegistration.Of<SystemMetrics>(),
        MeterRegistration.Of<ProcessMetrics>(),
        MeterRegistration.Of<ApplicationMetrics>(),
        MeterRegistration.Of<BusinessMetrics>(),
        MeterRegistration.Of<SafetyMetrics>(),
        MeterRegistration.Of<PerformanceMetrics>(),
        MeterRegistration.Of<RuntimeMetrics>(),
        MeterRegistration.Of<KitMetrics>(),
    ];
}
