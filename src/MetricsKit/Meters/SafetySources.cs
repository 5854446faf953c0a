using System.Collections.Concurrent;

namespace MetricsKit;

/// <summary>The sources that number their safety events: a bounded number of them, each with its window and its series.</summary>
sealed class SafetySources(CounterInstrument<string> missed, CounterInstrument<string> late, CounterInstrument<string> duplicated, CounterInstrument unchecked_)
{
    /// <summary>Most sources whose numbers are checked.</summary>
    internal const int MaxSources = 256;

    /// <summary>The limit of series of the rows. An eighth of it is kept back for what comes again, and a source binds its series once: what is left has room for all of them.</summary>
    internal const int MaxSeries = MaxSources * 8 / 7 + 1;

    readonly ConcurrentDictionary<string, Source> _sources = new(StringComparer.Ordinal);
    readonly Lock _adding = new();

    internal void Take(string source, long number)
    {
        if (number < 0 || Find(source) is not { } found)
        {
            unchecked_.Add(1);
            return;
        }
        SequenceResult result;
        lock (found) result = found.Window.Take(number);
        // Outside the lock: a listener of the process may hang, and must not hold up the next event.
        if (result.Missed > 0) found.Missed.Add(result.Missed);
        if (result.Late > 0) found.Late.Add(result.Late);
        if (result.Duplicated > 0) found.Duplicated.Add(result.Duplicated);
    }

    internal void Forget(string source)
    {
        if (!_sources.TryGetValue(source, out var found)) return;
        lock (found) found.Window = default;
    }

    Source? Find(string name) => _sources.TryGetValue(name, out var found) ? found : Add(name);

    Source? Add(string name)
    {
        if (_sources.Count >= MaxSources) return null;
        // Outside the lock, and for the loser of a race the same series: at zero from now on, so that the first loss is an increase.
        Source made = new(missed.Bind(name), late.Bind(name), duplicated.Bind(name));
        lock (_adding)
        {
            if (_sources.TryGetValue(name, out var first)) return first;
            if (_sources.Count >= MaxSources) return null;
            _sources[name] = made;
            return made;
        }
    }

    sealed class Source(CounterSeries missed, CounterSeries late, CounterSeries duplicated)
    {
        internal readonly CounterSeries Missed = missed, Late = late, Duplicated = duplicated;
        internal SequenceWindow Window;
    }
}
