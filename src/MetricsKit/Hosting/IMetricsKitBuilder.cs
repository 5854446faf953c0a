using Microsoft.Extensions.DependencyInjection;

namespace MetricsKit;

/// <summary>What <c>AddMetricsKit()</c> returns: everything else is an extension on it.</summary>
public interface IMetricsKitBuilder
{
    /// <summary>The services of the host.</summary>
    IServiceCollection Services { get; }
}
