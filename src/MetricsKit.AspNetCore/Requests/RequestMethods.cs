namespace MetricsKit;

/// <summary>The active requests of each registered method, bound once; the series behind the last is that of all other methods.</summary>
sealed class RequestMethods
{
    readonly UpDownCounterSeries?[] _active = new UpDownCounterSeries?[Tags.Method.Values.Length + 1];
    readonly ApplicationMetrics _metrics;

    internal RequestMethods(ApplicationMetrics metrics) => _metrics = metrics;

    /// <summary>The method as it is recorded, and its series. What a client invents is <c>_OTHER</c> from here on and is kept nowhere.</summary>
    internal string Recognise(string method, out UpDownCounterSeries active)
    {
        var known = Tags.Method.Values;
        int at = 0;
        while (at < known.Length && known[at] != method) at++;
        string recorded = at < known.Length ? known[at] : TagKey.Other;
        active = _active[at] ??= _metrics.ActiveRequests(recorded); // binding twice gives the same series
        return recorded;
    }
}
