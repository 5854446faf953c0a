using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using MetricsKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Resources;
using Instrument = System.Diagnostics.Metrics.Instrument; // not the kit's own

namespace OpenTelemetry.Metrics;

/// <summary>Puts the kit under a <see cref="MeterProvider"/> that the application owns.</summary>
public static class MetricsKitMeterProviderBuilderExtensions
{
    /// <summary>Which kits each provider has, so that a second call adds its view and nothing twice: the SDK would count twice.</summary>
    static readonly ConditionalWeakTable<MeterProviderBuilder, Dictionary<InstrumentRegistry, KitViews>> Added = new();

    /// <summary>
    /// Has the provider measure every meter of the kit: the predefined ones, those that were added by <c>AddMeter&lt;T&gt;()</c>, the metrics of the recorder
    /// and the kit's own. The kit is that of the builder's services, and is added to them when it is not there.
    /// </summary>
    /// <param name="builder">The builder of the provider: of a host, or of <see cref="Sdk.CreateMeterProviderBuilder"/>.</param>
    /// <param name="view">
    /// Views of yours for instruments of the kit; what it answers takes the place of the kit's view, and null keeps that. The SDK makes a stream for each
    /// view that matches, so <c>AddView</c> for one of these instruments would have it exported twice.
    /// </param>
    /// <returns>The same builder.</returns>
    /// <remarks>
    /// <para>
    /// A histogram has the bounds of its row, or of <c>MetricsKit:Instruments:…:Bounds</c>. The cardinality limit of an instrument is its <c>MaxSeries</c>, or the
    /// number of its series when all its tags are closed. New names and tags that are left out by configuration are so here as well. What configuration had switched
    /// off when the kit started is not measured. Constant <c>MetricsKit:Tags</c> become attributes of the provider's resource; the prefix is a matter of Prometheus.
    /// </para>
    /// <para>
    /// In services without a generic host, as those of <see cref="Sdk.CreateMeterProviderBuilder"/> are, the kit starts with the provider and ends with it. The
    /// configuration is then that of the environment variables, such as <c>MetricsKit__Prefix</c>. To have its meters at hand, make it with
    /// <see cref="MetricsKitHost.Create"/> and name it here.
    /// </para>
    /// <para>
    /// The SDK listens to the whole process by the names of meters. With this view a provider takes the meters of its own host alone, also when others have the kit too.
    /// </para>
    /// </remarks>
    /// <exception cref="NotSupportedException">The builder does not wait for its services, as that of the SDK does, or they were made before.</exception>
    public static MeterProviderBuilder AddMetricsKit(this MeterProviderBuilder builder, Func<Instrument, MetricStreamConfiguration?>? view = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var deferred = Deferred(builder);
        builder.ConfigureServices(static services => services.AddMetricsKit());
        deferred.Configure((services, provider) =>
        {
            if (!HasKit(services)) throw NoKit(); // a builder of somebody else's may have let no services in
            Measure(provider, services, view);
            if (services.GetService<IHostApplicationLifetime>() is null) Run(provider, services);
        });
        return builder;
    }

    /// <summary>Has the provider measure every meter of a kit that runs elsewhere: of a host with another provider, or without one.</summary>
    /// <param name="builder">The builder of the provider.</param>
    /// <param name="services">The services that <c>AddMetricsKit()</c> was called on. Dispose of the provider before them, or its last export lacks what collectors read.</param>
    /// <param name="view">Views of yours for instruments of the kit; what it answers takes the place of the kit's view, and null keeps that.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="InvalidOperationException">The services have no kit.</exception>
    /// <exception cref="NotSupportedException">The builder does not wait for its services, as that of the SDK does.</exception>
    public static MeterProviderBuilder AddMetricsKit(this MeterProviderBuilder builder, IServiceProvider services, Func<Instrument, MetricStreamConfiguration?>? view = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(services);
        if (!HasKit(services)) throw NoKit();
        Deferred(builder).Configure((_, provider) => Measure(provider, services, view));
        return builder;
    }

    /// <summary>Has the provider measure every meter of a kit that was made without a generic host.</summary>
    /// <param name="builder">The builder of the provider.</param>
    /// <param name="kit">The kit. Dispose of the provider before it, or its last export lacks what collectors read.</param>
    /// <param name="view">Views of yours for instruments of the kit; what it answers takes the place of the kit's view, and null keeps that.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="NotSupportedException">The builder does not wait for its services, as that of the SDK does.</exception>
    public static MeterProviderBuilder AddMetricsKit(this MeterProviderBuilder builder, MetricsKitHost kit, Func<Instrument, MetricStreamConfiguration?>? view = null)
    {
        ArgumentNullException.ThrowIfNull(kit);
        return AddMetricsKit(builder, kit.Services, view);
    }

    static IDeferredMeterProviderBuilder Deferred(MeterProviderBuilder builder) =>
        builder as IDeferredMeterProviderBuilder ?? throw new NotSupportedException($"{builder.GetType()} does not wait for its services: call AddMetricsKit() on a builder of the OpenTelemetry SDK.");

    static bool HasKit(IServiceProvider services) => services.GetService<MetricsKitRegistrations>() is not null;

    static InvalidOperationException NoKit() => new("The services have no kit: call services.AddMetricsKit() before they are built.");

    static void Measure(MeterProviderBuilder provider, IServiceProvider kit, Func<Instrument, MetricStreamConfiguration?>? view)
    {
        // A container disposes of what it made last first. The factory takes the instruments with it, and the source the collectors, so both are made
        // before the provider, whose last collection would find no observable any more and whose counters would leave before it.
        var factory = kit.GetService<IMeterFactory>();
        kit.GetRequiredService<SnapshotSource>();
        var registry = kit.GetRequiredService<InstrumentRegistry>();
        var added = Added.GetOrCreateValue(provider);
        if (!added.TryGetValue(registry, out var views))
        {
            views = added[registry] = KitViews.Of(kit, registry, factory);
            provider.AddMeter([.. views.Meters]);
            provider.AddView(views.Of);
            if (views.Tags is { Length: > 0 } tags) provider.ConfigureResource(resource => resource.AddAttributes(tags));
        }
        if (view is not null) views.Prefer(view);
    }

    /// <summary>Does what a generic host would do.</summary>
    static void Run(MeterProviderBuilder provider, IServiceProvider services)
    {
        var lifetime = services.GetRequiredService<MetricsKitLifetime>();
        lifetime.Start();
        lifetime.BeginRounds();
        provider.AddInstrumentation(() => new StartedKit(lifetime));
    }
}
