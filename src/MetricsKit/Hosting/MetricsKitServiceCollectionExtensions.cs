using System.Diagnostics.Metrics;
using MetricsKit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the kit to a host.</summary>
public static class MetricsKitServiceCollectionExtensions
{
    /// <summary>
    /// Adds the predefined meters, their collectors and the snapshot that exporters read. It is configured by the section <c>MetricsKit</c>
    /// when the host has a configuration, and by code, which wins. Called twice it is one registration, and both delegates run.
    /// </summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="configure">Sets options after configuration has.</param>
    /// <remarks>Wrong configuration stops the start of the host with an <see cref="OptionsValidationException"/> that lists every fault.</remarks>
    public static IMetricsKitBuilder AddMetricsKit(this IServiceCollection services, Action<MetricsKitOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (configure is not null) CodeOptions.AddTo(services, configure);
        Builder builder = new(services);
        if (services.Any(static s => s.ServiceType == typeof(InstrumentRegistry))) return builder;

        if (!services.Any(static s => s.ServiceType == typeof(IMeterFactory))) services.AddMetrics();
        services.AddOptions();
        services.TryAddSingleton<IOptions<MetricsKitOptions>>(static provider => new StartOptions(provider)); // whoever made the options by hand keeps them
        services.TryAddSingleton(static _ => TimeProvider.System); // made rather than given: the container compiles the answer when an instance is asked for a second time
        // Made by hand, here and below: a constructor that the container looks at costs the start more than what it makes.
        services.AddSingleton(static _ => new MetricsKitConfiguration());
        services.AddSingleton(static p => new MetricsKitRegistrations(p.GetServices<MeterRegistration>(), p.GetServices<CollectorRegistration>(), p.GetServices<SinkRegistration>(), p.GetServices<ExporterRegistration>()));
        services.AddSingleton(static provider => new HostResource(() => ResourceDefaults.Read(provider.GetService<IHostEnvironment>())));
        services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<MetricsKitOptions>>(static provider => new ConfigureFromSection(provider))); // before any delegate: code wins
        services.AddSingleton<IPostConfigureOptions<MetricsKitOptions>>(static _ => new EndOfConfiguration());
        services.AddSingleton<IValidateOptions<MetricsKitOptions>>(static p => new MetricsKitOptionsValidator(p.GetRequiredService<MetricsKitConfiguration>(), p.GetRequiredService<MetricsKitRegistrations>(), p.GetRequiredService<HostResource>()));
        foreach (var meter in MetricsKitCatalog.Meters)
        {
            meter.AddTo(services);
            services.AddSingleton(meter);
        }
        AddCollectors(services);
        services.AddSingleton(static provider => MetricsKitWiring.MakePolicy(provider));
        services.AddSingleton(static provider => new ExemplarSampler(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(static provider => new ExemplarListener(provider.GetRequiredService<ExemplarSampler>()));
        services.AddSingleton(static provider => MetricsKitWiring.MakeRegistry(provider));
        services.AddSingleton(typeof(Instruments<>));
        services.AddSingleton(static provider => MetricsKitWiring.MakeBuilder(provider));
        services.AddSingleton(static provider => MetricsKitWiring.MakeForeign(provider));
        services.AddSingleton(static provider => new CollectorMonitor(provider.GetRequiredService<TimeProvider>(), MetricsKitWiring.LoggerOf(provider)));
        services.AddSingleton(static _ => new ScrapeLedger());
        services.AddSingleton(static provider => MetricsKitWiring.MakeSource(provider));
        services.AddSingleton<IMetricsSnapshotSource>(static provider => provider.GetRequiredService<SnapshotSource>());
        services.AddSingleton(static provider => SinkWiring.MakeRecorder(provider));
        services.AddSingleton<IMetricRecorder>(static provider => provider.GetRequiredService<MetricRecorder>());
        services.AddSingleton(static provider => ExporterWiring.MakeMonitor(provider));
        services.AddSingleton(static provider => new MetricsKitDoctor(provider));
        services.AddSingleton(static provider => new DoctorRounds(provider.GetRequiredService<MetricsKitDoctor>, provider.GetRequiredService<TimeProvider>(), MetricsKitWiring.LoggerOf(provider)));
        services.AddSingleton(static provider => new HotConfiguration(provider, provider.GetRequiredService<MetricsKitConfiguration>(), provider.GetRequiredService<InstrumentPolicy>(), provider.GetRequiredService<InstrumentRegistry>()));
        services.AddSingleton(static provider => new MetricsKitLifetime(provider));
        services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<MetricsKitLifetime>());
        return builder;
    }

    static void AddCollectors(IServiceCollection services)
    {
        services.AddSingleton<IHostFiles>(static p => new HostFiles(OptionsOf(p).Host.ProcRoot, OptionsOf(p).Host.SysRoot));
        Add("cpu", "System", static p => new CpuCollector(p.GetRequiredService<SystemMetrics>(), p.GetRequiredService<IHostFiles>(), OptionsOf(p).Derived.Interval), sampled: true);
        Add("memory", "System", static p => new MemoryCollector(p.GetRequiredService<SystemMetrics>(), p.GetRequiredService<IHostFiles>()));
        Add("disk", "System", static p => new DiskCollector(p.GetRequiredService<SystemMetrics>(), p.GetRequiredService<IHostFiles>()));
        Add("network", "System", static p => new NetworkCollector(p.GetRequiredService<SystemMetrics>(), p.GetRequiredService<IHostFiles>()));
        Add("load", "System", static p => new LoadCollector(p.GetRequiredService<SystemMetrics>(), p.GetRequiredService<IHostFiles>()));
        Add("process", "Process", static p => new ProcessCollector(p.GetRequiredService<ProcessMetrics>(), p.GetRequiredService<IHostFiles>()));
        Add("garbage_collection", "Performance", static p => p.GetRequiredService<GarbageCollectionCollector>());
        Add("derived", null, static p => new DerivedCollector(p.GetRequiredService<InstrumentRegistry>(), OptionsOf(p).Derived, p.GetRequiredService<TimeProvider>()), sampled: true);
        Add("metricskit", SnapshotBuilder.OwnMeter, static p => p.GetRequiredService<KitCollector>());
        services.AddSingleton(static p => new GarbageCollectionCollector(p.GetRequiredService<RuntimeMetrics>()));
        services.AddSingleton(static p => new KitCollector(p.GetRequiredService<KitMetrics>(), p.GetRequiredService<InstrumentRegistry>(), p.GetRequiredService<SnapshotBuilder>(), p.GetRequiredService<CollectorMonitor>(), p.GetRequiredService<ScrapeLedger>(), p.GetRequiredService<LimitReporter>(), p));
        services.AddSingleton(static p => new LimitReporter(MetricsKitWiring.LoggerOf(p)));

        void Add(string name, string? group, Func<IServiceProvider, ICollector> make, bool sampled = false) => services.AddSingleton(new CollectorRegistration(name, group, make, sampled));
    }

    static MetricsKitOptions OptionsOf(IServiceProvider provider) => provider.GetRequiredService<IOptions<MetricsKitOptions>>().Value;

    sealed class Builder(IServiceCollection services) : IMetricsKitBuilder
    {
        public IServiceCollection Services => services;
    }

    sealed class EndOfConfiguration : IPostConfigureOptions<MetricsKitOptions>
    {
        public void PostConfigure(string? name, MetricsKitOptions options) => MetricsKitConfiguration.End(options);
    }

    /// <summary>Binds the section when the container has a configuration; a console program may have none.</summary>
    sealed class ConfigureFromSection(IServiceProvider provider) : IConfigureOptions<MetricsKitOptions>
    {
        public void Configure(MetricsKitOptions options)
        {
            var (configuration, section) = (provider.GetService<IConfiguration>(), provider.GetRequiredService<MetricsKitConfiguration>());
            // A host's configuration says whether it has an environment; where there is none, nobody has said so.
            section.Begin(configuration, provider.GetService<ProcessVariables>() ?? (configuration is null ? ProcessVariables.Real : null), options);
            if (configuration is not null) section.Bind(configuration, options);
        }
    }
}
