namespace MetricsKit.Stress;

/// <summary>A thread that takes one snapshot after the other and complains about everything that a later one takes back.</summary>
sealed class Reader
{
    readonly MetricsKitHost _host;
    readonly StressLedger _ledger;
    readonly Dictionary<string, SeriesValue> _last = [];
    readonly Thread _thread;
    volatile bool _ended;
    int _stores;

    Reader(MetricsKitHost host, StressLedger ledger)
    {
        _host = host;
        _ledger = ledger;
        _thread = new(Loop) { IsBackground = true };
    }

    public long Snapshots { get; private set; }

    /// <summary>How often there were fewer stores than a snapshot before: ended threads were folded in between.</summary>
    public long Folds { get; private set; }

    public long MostBytes { get; private set; }

    public static Reader Start(MetricsKitHost host, StressLedger ledger)
    {
        Reader reader = new(host, ledger);
        reader._thread.Start();
        return reader;
    }

    public void End()
    {
        _ended = true;
        _thread.Join();
    }

    void Loop()
    {
        while (!_ended)
        {
            foreach (var (name, now) in _host.Read()) Check(name, now);
            Snapshots++;
            int stores = CellSpace.StoreCount;
            if (stores < _stores) Folds++;
            _stores = stores;
            MostBytes = Math.Max(MostBytes, CellSpace.Bytes);
        }
    }

    void Check(string name, SeriesValue now)
    {
        if (!StressHost.IsStressed(name) || name.Contains("passing", StringComparison.Ordinal)) return; // what passes may begin again
        if (now.Kind == InstrumentKind.Gauge && now.Value is < 0 or > 63 || now.Value != Math.Floor(now.Value)) _ledger.Complain($"{name} shows {now.Value}, which nobody set");
        if (now.Kind == InstrumentKind.Histogram) CheckSum(name, now);
        if (now.Kind is InstrumentKind.Counter or InstrumentKind.Histogram && _last.TryGetValue(name, out var last))
        {
            if (now.Value < last.Value) _ledger.Complain($"{name} fell from {last.Value} to {now.Value}");
            if (now.Sum < last.Sum) _ledger.Complain($"the sum of {name} fell from {last.Sum:R} to {now.Sum:R}");
            for (int i = 0; i < now.Buckets.Length; i++)
            {
                if (now.Buckets[i] < last.Buckets[i]) _ledger.Complain($"bucket {i} of {name} fell from {last.Buckets[i]} to {now.Buckets[i]}");
            }
        }
        _last[name] = now;
    }

    /// <summary>I4: the sum leads the count. What each bucket counts is worth at least the least value that falls into it.</summary>
    void CheckSum(string name, SeriesValue now)
    {
        if (now.Value != now.Buckets.Sum()) _ledger.Complain($"{name} counts {now.Value}, its buckets {now.Buckets.Sum()}");
        double least = 0;
        if (name.Contains("stress.units", StringComparison.Ordinal)) least = now.Value;
        if (name.Contains("stress.sizes", StringComparison.Ordinal))
        {
            for (int i = 1; i < now.Buckets.Length; i++) least += now.Buckets[i] * (MixedTally.Bounds[i - 1] + 1);
        }
        if (now.Sum < least) _ledger.Complain($"the sum of {name} is {now.Sum}, its buckets are worth {least}");
    }
}
