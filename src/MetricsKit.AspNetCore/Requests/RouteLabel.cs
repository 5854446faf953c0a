using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace MetricsKit;

/// <summary>What measuring needs to know about an endpoint, worked out once: the text of its route, and whether it is left out.</summary>
sealed class RouteLabel
{
    /// <summary>A request that no endpoint answered: one value, whatever the path, so that a scanner adds one series.</summary>
    internal static readonly RouteLabel Unmatched = new("_UNMATCHED", excluded: false);

    // Weak, because endpoints can be replaced while the application runs. The same text object each time keeps later look-ups at a comparison of references.
    static readonly ConditionalWeakTable<Endpoint, RouteLabel> _known = [];

    RouteLabel(string text, bool excluded)
    {
        Text = text;
        Excluded = excluded;
    }

    /// <summary>The route template with a leading slash, <c>_UNMATCHED</c>, or <c>_OTHER</c> for an endpoint without a template.</summary>
    internal string Text { get; }

    /// <summary>The endpoint asks not to be measured.</summary>
    internal bool Excluded { get; }

    internal static RouteLabel Of(Endpoint? endpoint) =>
        endpoint is null ? Unmatched
        : _known.TryGetValue(endpoint, out var label) ? label
        : _known.GetValue(endpoint, static unknown => new(TextOf(unknown), unknown.Metadata.GetMetadata<IDisableHttpMetricsMetadata>() is not null));

    // Controllers and groups may write their templates without the slash; both spellings are one route.
    static string TextOf(Endpoint endpoint) =>
        endpoint is not RouteEndpoint { RoutePattern.RawText: { } text } ? TagKey.Other
        : text.StartsWith('/') ? text
        : '/' + text;
}
