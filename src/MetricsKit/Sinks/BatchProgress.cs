using System.Globalization;

namespace MetricsKit;

/// <summary>How far a batch has come, over all attempts.</summary>
sealed class BatchProgress(SampleBatch batch)
{
    readonly long _first = batch.FirstSequence;
    readonly int _count = batch.Count;
    readonly int[] _refused = new int[(int)Refusal.Negative + 1];
    readonly string[] _examples = new string[(int)Refusal.Negative + 1];

    /// <summary>Samples that were looked at: they are in their cells, or refused.</summary>
    internal int Taken { get; set; }

    /// <summary>Samples that were given to listeners, or are being given.</summary>
    internal int Forwarded { get; set; }

    /// <summary>Samples that were refused for good.</summary>
    internal int Refused => _refused.Sum();

    /// <summary>Why, a bit for each <see cref="Refusal"/>.</summary>
    internal int Reasons { get; private set; }

    internal bool IsOf(SampleBatch batch) => batch.FirstSequence == _first && batch.Count == _count;

    internal void Refuse(Refusal why, SampleSeries series)
    {
        _examples[(int)why] ??= series.Name;
        _refused[(int)why]++;
        Reasons |= 1 << (int)why;
    }

    /// <summary>What was refused and why, with the cure.</summary>
    internal string Describe(InstrumentsSinkOptions options)
    {
        List<string> parts = [];
        for (int why = 0; why < _refused.Length; why++)
        {
            if (_refused[why] > 0) parts.Add(string.Create(CultureInfo.InvariantCulture, $"{_refused[why]} {Reason((Refusal)why, options)}, such as '{_examples[why]}'"));
        }
        return $"Samples were refused: {string.Join("; ", parts)}.";
    }

    static string Reason(Refusal why, InstrumentsSinkOptions options) => why switch
    {
        Refusal.MetricLimit => string.Create(CultureInfo.InvariantCulture, $"of more metrics than MaxMetrics allows ({options.MaxMetrics}): raise it, or put what varies into tags"),
        Refusal.NameTaken => "of metrics whose name another has: rename one of them",
        Refusal.SeriesLimit => string.Create(CultureInfo.InvariantCulture, $"of gauges with more series than MaxSeries allows ({options.MaxSeries}) or the host has room for: give their tags fewer values, or raise it"),
        Refusal.NotFinite => "that are no finite numbers",
        _ => "that are negative increments of counters",
    };
}
