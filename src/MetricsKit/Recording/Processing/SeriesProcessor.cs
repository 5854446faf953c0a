namespace MetricsKit;

/// <summary>A step that decides by series alone, and therefore once for each: a sample costs a look-up.</summary>
sealed class SeriesProcessor(string name, Func<SampleSeries, SeriesVerdict> decide) : BuiltInProcessor(name)
{
    /// <summary>More than the series that a recorder remembers by default. Past it verdicts are computed each time.</summary>
    internal const int MaxSeries = 1 << 14;

    readonly Dictionary<SampleSeries, SeriesVerdict> _verdicts = new(ReferenceEqualityComparer.Instance);
    int _missed;

    public override bool Process(ref Sample sample)
    {
        if (!_verdicts.TryGetValue(sample.Series, out var verdict)) verdict = Decide(sample.Series);
        if (verdict.Series is not { } series) return false;
        // Multiplied only where it is asked for: no value passes through arithmetic that nobody wanted.
        sample = new(series, sample.Timestamp, verdict.Factor == 1 ? sample.Value : sample.Value * verdict.Factor);
        return true;
    }

    SeriesVerdict Decide(SampleSeries series)
    {
        var verdict = decide(series);
        // A series that the recorder does not remember never comes again as the same object.
        if (series.OwnBytes > 0) return Forgotten(series, verdict);
        if (_verdicts.Count >= MaxSeries)
        {
            // Those that are remembered may be long gone: so many misses later the others have their turn.
            if (++_missed <= MaxSeries) return Forgotten(series, verdict);
            _verdicts.Clear();
            _missed = 0;
        }
        _verdicts[series] = verdict;
        return verdict;
    }

    /// <summary>What was made for one sample lives as long as its batch, which counts it as its own.</summary>
    static SeriesVerdict Forgotten(SampleSeries series, SeriesVerdict verdict)
    {
        if (verdict.Series is { } made && !ReferenceEquals(made, series)) made.BecomeForgotten();
        return verdict;
    }
}
