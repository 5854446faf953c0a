using System.Diagnostics.CodeAnalysis;
using MetricsKit;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds to the kit.</summary>
public static class MetricsKitBuilderExtensions
{
    /// <summary>Adds a meter: it can be injected, and its instruments exist from the start of the host.</summary>
    /// <param name="builder">The kit.</param>
    /// <typeparam name="TMeter">The meter; the container makes it.</typeparam>
    public static IMetricsKitBuilder AddMeter<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TMeter>(this IMetricsKitBuilder builder) where TMeter : class, ICatalogMeter
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Services.Any(static s => s.ImplementationInstance is MeterRegistration known && known.Definition == TMeter.Definition)) return builder;
        var registration = MeterRegistration.Of<TMeter>();
        registration.AddTo(builder.Services);
        builder.Services.AddSingleton(registration);
        return builder;
    }

    /// <summary>
    /// Measures the instruments of ordinary meters of the process, such as a library's or your own <see cref="System.Diagnostics.Metrics.Meter"/>, beside the kit's;
    /// the list <c>MetricsKit:Meters</c> does the same.
    /// </summary>
    /// <param name="builder">The kit.</param>
    /// <param name="name">The meter's name, such as <c>Npgsql</c>; <c>*</c> stands for any run of characters and <c>?</c> for one, and case does not matter.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static IMetricsKitBuilder AddMeter(this IMetricsKitBuilder builder, string name)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        CodeOptions.AddTo(builder.Services, options => options.Meters.Add(name));
        return builder;
    }

    /// <summary>
    /// Measures what .NET and ASP.NET Core measure themselves: runtime, HTTP server, Kestrel, routing, SignalR connections, rate limiting, authentication, <c>HttpClient</c>, DNS
    /// and the rest. It takes the place of the packages <c>OpenTelemetry.Instrumentation.AspNetCore</c>, <c>OpenTelemetry.Instrumentation.Http</c> and
    /// <c>OpenTelemetry.Instrumentation.Runtime</c>, which select the same built-in meters, and series keep their names; <c>dotnet</c> in the list <c>MetricsKit:Meters</c> does the same.
    /// </summary>
    /// <param name="builder">The kit.</param>
    /// <remarks>
    /// With <c>UseMetricsKit()</c> requests are then measured twice: by the kit as <c>http_request_duration_seconds</c>, by ASP.NET Core as
    /// <c>http_server_request_duration_seconds</c>, which costs something more at each request as soon as anyone listens. Who wants one of them alone leaves
    /// <c>UseMetricsKit()</c> out, or selects the meters but <c>Microsoft.AspNetCore.Hosting</c> with <see cref="AddMeter(IMetricsKitBuilder, string)"/>.
    /// </remarks>
    public static IMetricsKitBuilder AddDotNetMeters(this IMetricsKitBuilder builder) => AddMeter(builder, DotNetMeters.Word);

    /// <summary>Adds a collector: the kit makes it and calls it when a snapshot is taken, or by its interval.</summary>
    /// <param name="builder">The kit.</param>
    /// <typeparam name="TCollector">The collector; the container makes it.</typeparam>
    public static IMetricsKitBuilder AddCollector<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TCollector>(this IMetricsKitBuilder builder) where TCollector : class, ICollector
    {
        ArgumentNullException.ThrowIfNull(builder);
        string name = typeof(TCollector).Name;
        if (builder.Services.Any(s => s.ImplementationInstance is CollectorRegistration known && known.Name == name)) return builder;
        builder.Services.TryAddSingleton<TCollector>();
        builder.Services.AddSingleton(new CollectorRegistration(name, null, static services => services.GetRequiredService<TCollector>()));
        return builder;
    }
}
