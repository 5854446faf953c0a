using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MetricsKit;

/// <summary>Measures requests: how many by method, route and status code, how long they took, and how many are being answered.</summary>
sealed class HttpMetricsMiddleware
{
    readonly RequestDelegate _next;
    readonly ApplicationMetrics _metrics;
    readonly RequestMethods _methods;
    readonly TimeProvider _time;

    public HttpMetricsMiddleware(RequestDelegate next, ApplicationMetrics metrics, TimeProvider time)
    {
        _next = next;
        _metrics = metrics;
        _methods = new(metrics);
        _time = time;
    }

    public Task InvokeAsync(HttpContext context)
    {
        if (!MeasuredRequest.TryMark(context.Features)) return _next(context);
        var endpoint = context.GetEndpoint();
        if (endpoint is not null && RouteLabel.Of(endpoint).Excluded) return _next(context);

        var request = Enter(context, endpoint);
        var upgrade = UpgradeWatch.Start(this, context, request);
        Task answer;
        try
        {
            answer = _next(context);
        }
        catch (Exception unhandled)
        {
            Leave(request, upgrade, StatusOf(context, unhandled));
            throw;
        }
        if (!answer.IsCompletedSuccessfully) return LeaveLaterAsync(answer, context, request, upgrade);
        Leave(request, upgrade, StatusOf(context)); // answered without waiting: no state machine
        return answer;
    }

    /// <summary>A request became a WebSocket: it is counted now, never timed, and no longer active.</summary>
    internal void CountUpgrade(in RequestMeasurement request, int statusCode)
    {
        request.Active.Decrement();
        if (request.Route is { Excluded: false } route) _metrics.RequestCompleted(request.Method, route.Text, StatusCodeText.Of(statusCode));
    }

    RequestMeasurement Enter(HttpContext context, Endpoint? endpoint)
    {
        RouteWitness? witness = null;
        if (endpoint is null) context.Features.Set<IEndpointFeature>(witness = new(context.Features));
        string method = _methods.Recognise(context.Request.Method, out var active);
        active.Increment();
        return new(method, active, _time.GetTimestamp(), endpoint, witness);
    }

    async Task LeaveLaterAsync(Task answer, HttpContext context, RequestMeasurement request, UpgradeWatch? upgrade)
    {
        try
        {
            await answer.ConfigureAwait(false);
        }
        catch (Exception unhandled)
        {
            Leave(request, upgrade, StatusOf(context, unhandled));
            throw;
        }
        Leave(request, upgrade, StatusOf(context));
    }

    void Leave(in RequestMeasurement request, UpgradeWatch? upgrade, int statusCode)
    {
        if (upgrade is { Upgraded: true }) return;
        request.Active.Decrement();
        var route = request.Route;
        if (route.Excluded) return;
        _metrics.RequestTimed(request.Method, route.Text, _time.GetElapsedTime(request.Started));
        _metrics.RequestCompleted(request.Method, route.Text, StatusCodeText.Of(statusCode));
    }

    // A handler may notice that the client left and return as if nothing had happened: the answer still reached nobody.
    static int StatusOf(HttpContext context) =>
        context.RequestAborted.IsCancellationRequested ? StatusCodes.Status499ClientClosedRequest : context.Response.StatusCode;

    // The server has not written its answer yet, so the response still says 200. A reset may be thrown before the token is cancelled.
    static int StatusOf(HttpContext context, Exception unhandled) =>
        context.RequestAborted.IsCancellationRequested || unhandled is ConnectionResetException ? StatusCodes.Status499ClientClosedRequest
        : unhandled is BadHttpRequestException bad ? bad.StatusCode
        : StatusCodes.Status500InternalServerError;
}
