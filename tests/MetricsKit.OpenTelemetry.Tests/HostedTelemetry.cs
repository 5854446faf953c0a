using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace MetricsKit.Tests.Providers;

/// <summary>What the package <c>OpenTelemetry.Extensions.Hosting</c> does for metrics, from public API alone: a builder over the host's services, and a service in front of all others that makes the provider.</summary>
static class HostedTelemetry
{
    public static IServiceCollection AddTelemetry(this IServiceCollection services, Action<MeterProviderBuilder> configure)
    {
        services.Insert(0, ServiceDescriptor.Singleton<IHostedService, Starter>());
        new Builder(services).WithMetrics(configure);
        return services;
    }

    sealed class Builder(IServiceCollection services) : IOpenTelemetryBuilder
    {
        public IServiceCollection Services => services;
    }

    sealed class Starter(IServiceProvider services) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            services.GetService<MeterProvider>();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
