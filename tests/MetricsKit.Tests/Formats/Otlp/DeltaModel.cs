using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Formats.Otlp;

/// <summary>What was recorded, and what a receiver that adds up deltas knows.</summary>
sealed class DeltaModel : IDisposable
{
    static readonly TagKey<string> A = TagKey.Open("a");

    readonly InstrumentDefinition<CounterInstrument<string>> _counter = Define.Counter("counter", "1", "C.", A) with { MaxSeries = 24 };
    readonly InstrumentDefinition<HistogramInstrument<string>> _histogram = Define.Histogram("histogram", "s", "H.", A) with { Bounds = [10, 100, 500] };
    readonly InstrumentDefinition<ObservableCounterInstrument<string>> _observed = Define.ObservableCounter("observed", "1", "O.", A);
    readonly OtlpRig _rig;
    readonly OtlpRequests _requests;
    readonly bool _lives;

    // What was recorded, all series of an instrument together where they fold, and what is known of it.
    readonly Dictionary<string, double> _recorded = [], _known = [], _observedNow = [];
    readonly Dictionary<string, ulong> _settled = [];

    internal DeltaModel(int size, bool lives)
    {
        _lives = lives;
        _rig = new(lives ? TimeSpan.FromHours(1) : null, _counter, _histogram, _observed);
        _requests = new(new(OtlpTemporality.Delta, MaxBytes: size));
    }

    internal void Do(int action, int series, int value)
    {
        switch (action)
        {
            case 0:
                _rig.Make(_counter).Add(value, $"{series}");
                Add(_recorded, "counter", value);
                break;
            case 1:
                _rig.Make(_histogram).Record(value, $"{series}");
                Add(_recorded, $"histogram a={series} count", 1);
                Add(_recorded, $"histogram a={series} sum", value);
                Add(_recorded, $"histogram a={series} bucket {(value <= 10 ? 0 : value <= 100 ? 1 : value <= 500 ? 2 : 3)}", 1);
                break;
            case 2: Observe(series, _observedNow.GetValueOrDefault($"{series}") + value, value); break;
            case 3: Export(static _ => true); break;
            case 4: Export(message => message % 2 == series % 2); break;
            case 5: // a reset is seen for certain when nothing is unsettled before it and behind it
                Export(static _ => true);
                if (value >= _observedNow.GetValueOrDefault($"{series}")) break;
                Observe(series, value, value);
                Export(static _ => true);
                break;
            default: // what is idle leaves; what it counted was settled
                if (!_lives) break;
                Export(static _ => true);
                AddsUp();
                _rig.Time.Advance(TimeSpan.FromHours(2));
                for (int i = 0; i < 3; i++) _rig.Read().Dispose();
                foreach (string identity in _settled.Keys.Where(static k => !k.StartsWith("observed", StringComparison.Ordinal))) _settled[identity] = 0;
                break;
        }
    }

    /// <summary>Exports what there is; some messages are answered.</summary>
    internal void Export(Func<int, bool> isSettled)
    {
        _rig.Time.Advance(TimeSpan.FromSeconds(1));
        using var snapshot = _rig.Read();
        _requests.Begin(snapshot);
        for (int message = 0; _requests.MoveNext(); message++)
        {
            var tree = OtlpReader.Read(_requests.Message.Span);
            foreach (var metric in tree.Metrics)
            {
                foreach (var point in metric.Points) Take(metric, point, isSettled(message));
            }
            if (isSettled(message)) _requests.Settle();
        }
    }

    internal void AddsUp()
    {
        Assert.Equal(_recorded.Where(static r => r.Value != 0).OrderBy(static r => r.Key, StringComparer.Ordinal), _known.Where(static k => k.Value != 0).OrderBy(static k => k.Key, StringComparer.Ordinal));
    }

    void Take(OtlpMetricTree metric, OtlpPointTree point, bool isSettled)
    {
        Assert.Equal(1, metric.Temporality);
        string identity = $"{metric.Name} {point.Identity}";
        ulong before = _settled.GetValueOrDefault(identity);
        if (before != 0) Assert.Equal(before, point.Start); // without a gap, and without counting twice
        else if (metric.Name != "observed" && !_lives) Assert.Equal(OtlpRig.Nanoseconds(new FakeTimeProvider().GetUtcNow()), point.Start);
        if (!isSettled) return;
        _settled[identity] = point.Time;
        if (metric.Name == "counter")
        {
            Assert.True((long)point.Value! > 0);
            Add(_known, "counter", (long)point.Value);
        }
        else if (metric.Name == "observed") Add(_known, identity, (double)point.Value!);
        else
        {
            Assert.True(point.Count > 0);
            Assert.Equal(point.Count!.Value, point.Buckets.Aggregate(0UL, static (a, b) => a + b));
            Add(_known, identity + " count", point.Count.Value);
            Add(_known, identity + " sum", point.Sum!.Value);
            for (int i = 0; i < point.Buckets.Length; i++) Add(_known, $"{identity} bucket {i}", point.Buckets[i]);
        }
    }

    void Observe(int series, double total, double more)
    {
        _rig.Make(_observed).Observe(total, $"{series}");
        _observedNow[$"{series}"] = total;
        Add(_recorded, $"observed a={series}", more);
    }

    static void Add(Dictionary<string, double> to, string key, double value) => to[key] = to.GetValueOrDefault(key) + value;

    public void Dispose() => _rig.Dispose();
}
