namespace MetricsKit;

/// <summary>Marks a request as being measured: a pipeline that runs a second time for an error page, or that holds the middleware twice, measures it once.</summary>
sealed class MeasuredRequest
{
    internal static readonly MeasuredRequest Mark = new();
}
