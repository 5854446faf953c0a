using Microsoft.AspNetCore.Http.Features;

namespace MetricsKit;

/// <summary>Marks a request as being measured: a pipeline that runs a second time for an error page, or that holds the middleware twice, measures it once.</summary>
sealed class MeasuredRequest
{
    static readonly MeasuredRequest _mark = new();

    /// <summary>False when the request is marked already.</summary>
    internal static bool TryMark(IFeatureCollection features)
    {
        // By type and not by type argument: the server compares it with some thirty others, and shared generic code looks each of them up.
        if (features[typeof(MeasuredRequest)] is not null) return false;
        features[typeof(MeasuredRequest)] = _mark;
        return true;
    }
}
