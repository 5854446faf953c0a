using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MetricsKit;

/// <summary>Stands in for the endpoint of a request that has none yet, and remembers the one that routing chose first.</summary>
/// <remarks>
/// Error pages run the pipeline a second time and leave their own endpoint behind; the page for status codes even takes back the feature
/// that would tell. So what counts is seen when it happens: the first endpoint, unless an error page was already being made.
/// </remarks>
sealed class RouteWitness(IFeatureCollection features) : IEndpointFeature
{
    Endpoint? _current;
    bool _settled;

    /// <summary>The endpoint of the request as it came; null when no route matched it.</summary>
    internal Endpoint? First { get; private set; }

    /// <inheritdoc/>
    public Endpoint? Endpoint
    {
        get => _current;
        set
        {
            _current = value;
            if (_settled || value is null) return;
            _settled = true;
            if (!IsErrorPage()) First = value;
        }
    }

    bool IsErrorPage() =>
        features.Get<IStatusCodeReExecuteFeature>() is not null || features.Get<IExceptionHandlerFeature>() is not null;
}
