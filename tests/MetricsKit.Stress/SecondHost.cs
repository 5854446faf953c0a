namespace MetricsKit.Stress;

/// <summary>A second host that is made and disposed again and again, while other threads go on using whatever handles they have of it.</summary>
sealed class SecondHost
{
    /// <summary>No total of the first host could hide one of these.</summary>
    const long Payload = 1_000_000_007;

    readonly StressLedger _ledger;
    readonly Thread _thread;
    Handles _handles;
    volatile bool _ended;

    public SecondHost(StressLedger ledger)
    {
        _ledger = ledger;
        _handles = Make(out var host);
        _thread = new(() => Loop(host)) { IsBackground = true };
        _thread.Start();
    }

    public int Hosts { get; private set; }

    /// <summary>What any thread does to it, alive or not.</summary>
    public void Record()
    {
        var handles = Volatile.Read(ref _handles);
        handles.Tagged.Add(Payload);
        handles.Size.Record(Payload);
        handles.Meter.Growing.Add(Payload, "second");
        handles.Meter.Level.Add(-Payload, "second");
        handles.Meter.Heat.Set(Payload, "second");
    }

    public void End()
    {
        _ended = true;
        _thread.Join();
    }

    void Loop(MetricsKitHost host)
    {
        while (!_ended)
        {
            var mine = Volatile.Read(ref _handles).Meter;
            for (int i = 0; i < 1000; i++) mine.Tagged.Add(1, "mine", $"{i % 100}");
            var read = host.Read();
            double total = read.Where(static s => s.Key.Contains("a=mine", StringComparison.Ordinal)).Sum(static s => s.Value.Value);
            if (total != 1000) _ledger.Complain($"a second host shows {total} of its 1,000");
            // Nothing of the first host is here, and nothing but whole payloads of the other threads.
            if (read.Where(static s => s.Key.Contains("second", StringComparison.Ordinal)).Any(static s => (s.Value.Kind == InstrumentKind.Histogram ? s.Value.Sum : s.Value.Value) % Payload != 0)) _ledger.Complain("a second host shows what nobody wrote to it");
            host.Close();
            Machine.Collect(); // what no handle keeps any more goes back, to be handed to the first host's new series
            Hosts++;
            Volatile.Write(ref _handles, Make(out host));
        }
        host.Close();
    }

    static Handles Make(out MetricsKitHost host)
    {
        host = StressHost.Open();
        var meter = host.Meter();
        return new(meter, meter.Tagged.Bind("second", "handle"), meter.Sizes.Bind("second"));
    }

    sealed record Handles(StressMetrics Meter, CounterSeries Tagged, HistogramSeries Size);
}
