namespace MetricsKit.Stress;

/// <summary>Reads series that come and go, and complains when one shows what belongs to another, or the same twice.</summary>
sealed class RecyclingReader
{
    /// <summary>Twice as many as there are threads.</summary>
    const int InFlight = 16;

    readonly MetricsKitHost _host;
    readonly Written _written;
    readonly StressLedger _ledger;
    readonly Thread _thread;
    readonly Dictionary<string, SeriesValue> _last = [];
    readonly long[] _ended = new long[Recycling.Series]; // what lives of a series that are over had come to when they were last seen
    volatile bool _isOver;

    public RecyclingReader(MetricsKitHost host, Written written, StressLedger ledger)
    {
        _host = host;
        _written = written;
        _ledger = ledger;
        _thread = new(Loop) { IsBackground = true };
        _thread.Start();
    }

    public long Snapshots { get; private set; }

    /// <summary>How many series began again.</summary>
    public long Returns { get; private set; }

    public void End()
    {
        _isOver = true;
        _thread.Join();
    }

    void Loop()
    {
        var retired = _host.Meter().Passing;
        while (!_isOver)
        {
            // In this order: what is retired now stays retired, and what is exported later was written before the last look.
            long gone = retired.Retired().Count;
            var read = _host.Read().Where(static s => s.Key.StartsWith("stress.passing", StringComparison.Ordinal)).ToList();
            double shown = gone + read.Where(static s => s.Key.StartsWith("stress.passing{", StringComparison.Ordinal)).Sum(static s => s.Value.Value);
            if (shown > _written.Sum(static w => w.Counts)) _ledger.Complain($"exported and retired are {shown}, more than was written");
            foreach (var (name, now) in read) Check(name, now);
            Snapshots++;
            if (Snapshots % 8 == 0) Machine.Collect(); // cells come back only when the collector has looked
        }
    }

    void Check(string name, SeriesValue now)
    {
        if (name.Contains("a=bound", StringComparison.Ordinal)) return;
        int series = Recycling.NumberOf(name);
        if (now.Kind == InstrumentKind.Histogram) CheckDistribution(name, series, now);
        else if (now.Value % Recycling.PrimeOf(series) != 0) _ledger.Complain($"{name} is {now.Value}, no multiple of {Recycling.PrimeOf(series)}");
        if (now.Kind == InstrumentKind.UpDownCounter) return;
        if (_last.TryGetValue(name, out var last))
        {
            if (now.StartTime == last.StartTime && (now.Value < last.Value || now.Sum < last.Sum)) _ledger.Complain($"{name} fell from {last.Value} to {now.Value} without a new start");
            if (now.StartTime < last.StartTime) _ledger.Complain($"{name} started at {now.StartTime:O}, before it ended");
            if (now.StartTime > last.StartTime) Return(series, last);
        }
        _last[name] = now;
        if (now.Kind == InstrumentKind.Counter && _ended[series] + now.Value > _written.Sum(w => w.At(series))) _ledger.Complain($"{name} shows {_ended[series]} and then {now.Value}, more than was written to it");
    }

    void Return(int series, SeriesValue last)
    {
        Returns++;
        if (last.Kind == InstrumentKind.Counter) _ended[series] += (long)last.Value;
    }

    /// <summary>A histogram of one value: the sum is a multiple of it, does not trail the count by more than what threads were held up with, and no other bucket has anything.</summary>
    /// <remarks>The time to live is some milliseconds here, so that threads are held up between their two stores for longer: the sum was shown by one life then, and the bucket by the next.</remarks>
    void CheckDistribution(string name, int series, SeriesValue now)
    {
        int value = series + 1, bucket = value <= 64 ? 0 : value <= 128 ? 1 : value <= 256 ? 2 : 3;
        if (now.Sum % value != 0 || now.Sum < (now.Value - InFlight) * value) _ledger.Complain($"{name} has {now.Value} measurements of {value} and a sum of {now.Sum}");
        if (now.Buckets[bucket] != now.Value) _ledger.Complain($"{name} has measurements in other buckets than {bucket}: {string.Join(' ', now.Buckets)}");
    }
}
