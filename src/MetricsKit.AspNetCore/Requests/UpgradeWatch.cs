using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MetricsKit;

/// <summary>Ends the measurement of a request at the moment in which its connection becomes a WebSocket.</summary>
/// <remarks>A socket that is open for hours is neither a slow nor an active request. Only requests that can be upgraded pay for this.</remarks>
sealed class UpgradeWatch
{
    static readonly Func<object, Task> _starting = static watch =>
    {
        ((UpgradeWatch)watch).ResponseStarts();
        return Task.CompletedTask;
    };

    readonly HttpMetricsMiddleware _middleware;
    readonly HttpContext _context;
    readonly RequestMeasurement _request;
    readonly int _upgradedStatus;

    UpgradeWatch(HttpMetricsMiddleware middleware, HttpContext context, in RequestMeasurement request, int upgradedStatus)
    {
        _middleware = middleware;
        _context = context;
        _request = request;
        _upgradedStatus = upgradedStatus;
    }

    /// <summary>The measurement has ended already.</summary>
    internal bool Upgraded { get; private set; }

    /// <summary>Watches a request that can be upgraded; null for any other.</summary>
    internal static UpgradeWatch? Start(HttpMetricsMiddleware middleware, HttpContext context, in RequestMeasurement request)
    {
        // Looked at first because it costs next to nothing: nearly all requests end here.
        if (context.Request.Headers.Upgrade.Count == 0 && request.Method != HttpMethods.Connect) return null;
        int upgradedStatus = UpgradedStatus(context.Features);
        if (upgradedStatus == 0) return null;
        UpgradeWatch watch = new(middleware, context, request, upgradedStatus);
        context.Response.OnStarting(_starting, watch);
        return watch;
    }

    // HTTP/1.1 answers an upgrade with 101; from HTTP/2 on it is a CONNECT (RFC 8441) that is answered with 200.
    static int UpgradedStatus(IFeatureCollection features) =>
        features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } ? StatusCodes.Status101SwitchingProtocols
        : features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } ? StatusCodes.Status200OK
        : 0;

    void ResponseStarts()
    {
        if (_context.Response.StatusCode != _upgradedStatus) return;
        Upgraded = true;
        _middleware.CountUpgrade(_request, _upgradedStatus);
    }
}
