using MetricsKit;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Measures the requests of an ASP.NET Core application.</summary>
public static class MetricsKitApplicationBuilderExtensions
{
    /// <summary>
    /// Measures HTTP requests from here on: <c>http_requests_total</c> by <c>method</c>, <c>endpoint</c> and <c>status_code</c>,
    /// <c>http_request_duration_seconds</c> by <c>method</c> and <c>endpoint</c>, and <c>http_requests_active</c> by <c>method</c>.
    /// Place it first.
    /// </summary>
    /// <remarks>
    /// <para>
    /// It measures by itself and does not subscribe to the meter <c>Microsoft.AspNetCore.Hosting</c>, which costs time and
    /// memory at each request as soon as anybody listens to it.
    /// </para>
    /// <para>
    /// <c>endpoint</c> is the route template with a leading slash, never the path: the route of the request as it came, also when an
    /// error page answers it. A request that matches no route is <c>_UNMATCHED</c> and an endpoint without a template is <c>_OTHER</c>.
    /// <c>method</c> is a registered method or <c>_OTHER</c>. A client can therefore add no series.
    /// </para>
    /// <para>
    /// An exception that reaches the middleware counts as 500 and goes on. A request whose client left before the end, or that the
    /// application aborted, counts as 499 and not as what was about to be answered.
    /// </para>
    /// <para>
    /// A WebSocket is counted when it is opened (101, over HTTP/2 200), is not timed, and is not an active request while it is open.
    /// Endpoints marked with <c>DisableHttpMetrics()</c>, as <c>/metrics</c> is, are left out altogether.
    /// </para>
    /// <para>
    /// It allocates nothing for a request that routing has matched before and that is answered without waiting, as in a
    /// <c>WebApplication</c>, which routes first; where routing comes later, each request costs one small object.
    /// </para>
    /// <para>Called twice, it measures once. It adds nothing to the pipeline when configuration switches these instruments off.</para>
    /// </remarks>
    /// <param name="app">The application, or a branch of it.</param>
    /// <exception cref="InvalidOperationException"><c>AddMetricsKit()</c> was not called.</exception>
    public static IApplicationBuilder UseMetricsKit(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var metrics = app.ApplicationServices.GetService<ApplicationMetrics>()
            ?? throw new InvalidOperationException("Call builder.Services.AddMetricsKit() before UseMetricsKit().");
        var registry = app.ApplicationServices.GetRequiredService<InstrumentRegistry>();
        return IsMeasured(registry) ? app.Use(next => new HttpMetricsMiddleware(next, metrics, registry.Time).InvokeAsync) : app;
    }

    static bool IsMeasured(InstrumentRegistry registry) =>
        registry.Find(ApplicationMetrics.Rows.Requests) is { Enabled: true }
        || registry.Find(ApplicationMetrics.Rows.RequestDuration) is { Enabled: true }
        || registry.Find(ApplicationMetrics.Rows.ActiveRequests) is { Enabled: true };
}
