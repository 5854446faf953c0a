namespace MetricsKit;

/// <summary>A mission under way. The first word about its end counts; disposed without one it has failed.</summary>
public sealed class MissionScope : IDisposable
{
    readonly BusinessMetrics _metrics;
    readonly UpDownCounterSeries _active;
    readonly HistogramTimer _timer;
    int _ended;

    internal MissionScope(BusinessMetrics metrics, string type)
    {
        _metrics = metrics;
        Type = type;
        (_active, _timer) = metrics.BindMission(type);
        _active.Increment();
    }

    /// <summary>The type of the mission.</summary>
    public string Type { get; }

    /// <summary>The mission did what it was to do.</summary>
    public void Succeed() => End(MissionStatus.Succeeded);

    /// <summary>The mission failed.</summary>
    public void Fail() => End(MissionStatus.Failed);

    /// <summary>The mission was given up on purpose.</summary>
    public void Abort() => End(MissionStatus.Aborted);

    /// <summary>Ends the mission as failed, unless its end was told before.</summary>
    public void Dispose() => End(MissionStatus.Failed);

    void End(MissionStatus status)
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0) return;
        _active.Decrement();
        _timer.Dispose();
        _metrics.CountMission(Type, status);
    }
}
