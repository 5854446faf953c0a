using Microsoft.Extensions.DependencyInjection;

namespace MetricsKit.Benchmarks;

/// <summary>A program with dependency injection, options and a meter factory, as every service has them, and without us.</summary>
static class Injection
{
    internal static int Run()
    {
        ServiceCollection services = new();
        services.AddMetrics();
        services.AddOptions<Settings>().Configure(static s => s.Name = "service");
        services.AddSingleton<Worker>();
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<Worker>().Name.Length > 0 ? 0 : 1;
    }

    sealed class Settings
    {
        public string Name { get; set; } = "";
    }

    sealed class Worker(Microsoft.Extensions.Options.IOptions<Settings> settings, System.Diagnostics.Metrics.IMeterFactory meters)
    {
        internal string Name => settings.Value.Name + meters.Create(new System.Diagnostics.Metrics.MeterOptions("worker")).Name;
    }
}
