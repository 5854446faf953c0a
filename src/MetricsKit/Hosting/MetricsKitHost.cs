using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace MetricsKit;

/// <summary>The kit for a program without a generic host: a console program, a tool, a test.</summary>
public sealed class MetricsKitHost : IMetricsSnapshotSource, IAsyncDisposable
{
    readonly ServiceProvider _provider;
    readonly IMetricsSnapshotSource _source;
    readonly MetricsKitLifetime _lifetime;

    MetricsKitHost(ServiceProvider provider)
    {
        _provider = provider;
        _lifetime = provider.GetRequiredService<MetricsKitLifetime>();
        _lifetime.Start();
        _source = provider.GetRequiredService<IMetricsSnapshotSource>();
        _lifetime.BeginRounds();
    }

    /// <summary>For who measures the meters of the host by other means.</summary>
    internal IServiceProvider Services => _provider;

    /// <summary>Makes and starts a host of its own; two in one process are independent.</summary>
    /// <param name="configure">Adds meters and collectors, and sets options through <c>builder.Services.Configure&lt;MetricsKitOptions&gt;</c>.</param>
    /// <param name="configuration">Where the section <c>MetricsKit</c> is; null: none. Variables of the OpenTelemetry specification, <c>OTEL_*</c>, that it does not have are those of the process; an empty text in it hides one.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The configuration is wrong; every fault is listed.</exception>
    public static MetricsKitHost Create(Action<IMetricsKitBuilder>? configure = null, IConfiguration? configuration = null)
    {
        ServiceCollection services = new();
        services.AddSingleton<IMeterFactory>(static _ => new HostMeterFactory());
        services.AddSingleton(ProcessVariables.Real); // a configuration that is made for the section alone mostly lacks the environment
        if (configuration is not null) services.AddSingleton(configuration);
        var builder = services.AddMetricsKit();
        configure?.Invoke(builder);
        var provider = services.BuildServiceProvider();
        try { return new(provider); }
        catch
        {
            provider.Dispose();
            throw;
        }
    }

    /// <summary>A meter of the host.</summary>
    /// <typeparam name="TMeter">A predefined meter, or one that was added.</typeparam>
    /// <exception cref="InvalidOperationException">The meter was not added.</exception>
    public TMeter GetMeter<TMeter>() where TMeter : class, ICatalogMeter =>
        _provider.GetService<TMeter>() ?? throw new InvalidOperationException($"{typeof(TMeter).Name} is not a meter of this host: add it with AddMeter<{typeof(TMeter).Name}>().");

    /// <summary>Records custom samples for the sinks of the host.</summary>
    public IMetricRecorder Recorder => _provider.GetRequiredService<IMetricRecorder>();

    /// <summary>What is not as it should be, each with its cure; empty when all is well.</summary>
    public IReadOnlyList<Finding> Diagnose() => _provider.GetRequiredService<MetricsKitDoctor>().Diagnose();

    /// <inheritdoc/>
    public ValueTask<MetricsSnapshot> GetSnapshotAsync(TimeSpan maxAge = default, CancellationToken cancellationToken = default) => _source.GetSnapshotAsync(maxAge, cancellationToken);

    /// <summary>Delivers what was recorded, exports the last totals and stops the kit, within <see cref="RecorderOptions.ShutdownTimeout"/>. Handles that outlive it do nothing that anybody sees.</summary>
    public async ValueTask DisposeAsync()
    {
        await _lifetime.EndAsync().ConfigureAwait(false);
        await _provider.DisposeAsync().ConfigureAwait(false);
    }
}
