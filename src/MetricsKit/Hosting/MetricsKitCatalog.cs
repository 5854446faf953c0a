using System.Collections.Immutable;

namespace MetricsKit;

/// <summary>The predefined meters. To add one, write it and add its line here.</summary>
static class MetricsKitCatalog
{
    internal static ImmutableArray<MeterRegistration> Meters { get; } =
    [
        MeterRegistration.Of<SystemMetrics>(SystemMetrics.Definition, static i => new(i)),
        MeterRegistration.Of<ProcessMetrics>(ProcessMetrics.Definition, static i => new(i)),
        MeterRegistration.Of<ApplicationMetrics>(ApplicationMetrics.Definition, static i => new(i)),
        MeterRegistration.Of<BusinessMetrics>(BusinessMetrics.Definition, static i => new(i)),
        MeterRegistration.Of<SafetyMetrics>(SafetyMetrics.Definition, static i => new(i)),
        MeterRegistration.Of<PerformanceMetrics>(PerformanceMetrics.Definition, static i => new(i)),
        MeterRegistration.Of<RuntimeMetrics>(RuntimeMetrics.Definition, static i => new(i)),
        MeterRegistration.Of<KitMetrics>(KitMetrics.Definition, static i => new(i)),
    ];
}
