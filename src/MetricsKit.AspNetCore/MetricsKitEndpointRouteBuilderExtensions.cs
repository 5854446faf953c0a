using System.Diagnostics.CodeAnalysis;
using MetricsKit;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the Prometheus endpoint.</summary>
public static class MetricsKitEndpointRouteBuilderExtensions
{
    static readonly string[] _methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>
    /// Answers <c>GET</c> and <c>HEAD</c> with all metrics, in OpenMetrics 1.0 or Prometheus text 0.0.4, whichever the scraper asks for,
    /// with gzip if it takes it.
    /// </summary>
    /// <remarks>
    /// <para>
    /// The endpoint is public on every address of the application until a convention says otherwise, such as
    /// <c>.RequireAuthorization()</c> or <c>.RequireHost("*:9464")</c>.
    /// </para>
    /// <para>
    /// Each scrape reads anew and sees everything recorded before it came. A scrape that cannot be answered is 503 with
    /// <c>Retry-After</c>; one that fails half-way is cut off, so that it is never taken for a whole one. It does not measure itself.
    /// </para>
    /// </remarks>
    /// <param name="endpoints">The application, or a group of routes.</param>
    /// <param name="pattern">The route. Null: <see cref="PrometheusOptions.Path"/>, which is <c>/metrics</c> unless configured.</param>
    /// <returns>A builder for conventions on the endpoint.</returns>
    /// <exception cref="InvalidOperationException"><c>AddMetricsKit()</c> was not called.</exception>
    public static IEndpointConventionBuilder MapMetricsKit(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string? pattern = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var services = endpoints.ServiceProvider;
        var source = services.GetService<IMetricsSnapshotSource>()
            ?? throw new InvalidOperationException("Call builder.Services.AddMetricsKit() before MapMetricsKit().");
        ScrapeEndpoint scrapes = new(source, services.GetRequiredService<ScrapeLedger>(), services.GetRequiredService<ILogger<ScrapeEndpoint>>());
        return endpoints.MapMethods(pattern ?? services.GetRequiredService<IOptions<MetricsKitOptions>>().Value.Prometheus.Path, _methods, scrapes.AnswerAsync)
            .WithDisplayName("Prometheus metrics")
            .DisableHttpMetrics()
            .ExcludeFromDescription();
    }
}
