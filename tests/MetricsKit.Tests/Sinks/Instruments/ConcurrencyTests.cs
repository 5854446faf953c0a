using MetricsKit.Testing;
using Xunit;
using static MetricsKit.Tests.Sinks.Instruments.CustomMetrics;

namespace MetricsKit.Tests.Sinks.Instruments;

/// <summary>Snapshots while the sink writes, and threads of the sink that come and go.</summary>
public sealed class ConcurrencyTests
{
    [Fact]
    [Trait("Requirement", "S1-033")]
    [Trait("Invariant", "I3")]
    [Trait("Invariant", "I4")]
    public void Snapshots_WhileTheSinkWrites_NeverGoBackAndAgreeWithThemselves()
    {
        const int Batches = 400, Size = 256;
        using CustomMetrics metrics = new(new() { MaxSeries = 100 });
        bool ended = false;
        int reads = 0;
        Threads.Run(2, thread =>
        {
            if (thread == 0)
            {
                try
                {
                    // New metrics, new series and folds all the time.
                    for (int b = 0; b < Batches; b++)
                    {
                        int batch = b;
                        metrics.Write([.. Enumerable.Range(0, Size).Select(n => Sample(Series($"m{(n & 1) + batch / 40 * 2}", 1 + (SampleKind)(n & 1), ("n", Number(n)), ("b" + Number(batch % 3), "v")), 0.1))]);
                    }
                }
                finally { Volatile.Write(ref ended, true); }
                return;
            }
            Dictionary<string, double> last = [];
            while (!Volatile.Read(ref ended))
            {
                using var snapshot = metrics.Read();
                foreach (var family in snapshot.Families)
                {
                    foreach (var series in family.Series)
                    {
                        string name = $"{family.PrometheusName} {series.IsOverflow} {string.Join(",", series.Tags)}";
                        Assert.True(series.Value >= last.GetValueOrDefault(name), name);
                        last[name] = series.Value;
                        if (family.Definition.Kind == InstrumentKind.Histogram) Assert.InRange(series.Sum - series.Count * 0.1, -1e-9, Size * 0.1 + 1e-9); // the sum may lead, never trail
                    }
                }
                if (TestKit.Text(snapshot) is { Length: > 0 } text) ExpositionParser.Parse(text, ExpositionSyntax.Text); // at first there is nothing
                reads++;
            }
        });
        Assert.InRange(reads, 1, int.MaxValue);
        using var end = metrics.Read();
        Assert.Equal(Batches * Size / 2 * 0.1, end.Families.Where(static f => f.Definition.Kind == InstrumentKind.Counter).Sum(static f => f.Series.Sum(static s => s.Value)), 1e-6);
        Assert.Equal(Batches * Size / 2, end.Families.Where(static f => f.Definition.Kind == InstrumentKind.Histogram).Sum(static f => f.Series.Sum(static s => s.Value)));
    }

    [Fact]
    [Trait("Invariant", "I3")]
    [Trait("Invariant", "I5")]
    public void Counter_OverTheSinksThreads_NeverGoesBack()
    {
        using CustomMetrics metrics = new();
        var series = Series("x", SampleKind.Counter);
        Random random = new(5);
        double last = 0, sum = 0;
        for (int round = 0; round < 60; round++)
        {
            double value = random.NextDouble() * Math.Pow(10, random.Next(-3, 4)); // of all sizes, so that nearly every other order of adding rounds otherwise
            Threads.RunOne(() => metrics.Write(series, value)); // as after each call that was given up on
            sum += value;
            for (int read = 0; read < 2; read++)
            {
                double total = metrics.Value("x")!.Value;
                Assert.True(total >= last, $"{total:R} after {last:R}");
                last = total;
            }
        }
        Assert.Equal(sum, last, 1e-9 * sum);
    }

    [Fact]
    [Trait("Invariant", "I6")]
    public void Counter_WithoutACellOfItsOwn_IsShared()
    {
        using CustomMetrics metrics = new();
        var series = Series("x", SampleKind.Counter);
        var (start, _) = (0, metrics.Write(series, 0.5));
        start = metrics.Registry.Meters[^1].All[0]!.Table!.Index.Blocks[0].Cells!.Start;
        CellSpace.Shared.TryAddSum(start, 0.25); // what a thread does that found no room for a store
        metrics.Write(series, 0.125);
        Assert.Equal(0.875, metrics.Value("x"));
    }

    [Fact]
    public void Attempt_WhileAListenerHangs_IsTakenOverByTheNext()
    {
        using CustomMetrics metrics = new();
        using ManualResetEventSlim healthy = new();
        using CountdownEvent hanging = new(1);
        List<double> heard = [];
        using var listener = ForwardingTests.Listen(metrics, (_, value, _) =>
        {
            lock (heard) heard.Add(value);
            if (value != 2) return;
            hanging.Signal();
            healthy.Wait();
        });
        var series = Series("x", SampleKind.Counter);
        SampleBatch batch = new([Sample(series, 1), Sample(series, 2), Sample(series, 4), Sample(series, 8)], firstSequence: 0);
        Exception? abandoned = null;
        Thread old = new(() => abandoned = Record.Exception(() => metrics.Write(batch)));
        old.Start();
        hanging.Wait();
        Assert.Equal(15, metrics.Value("x")); // what listeners do holds no snapshot up

        Threads.RunOne(() => Assert.Equal(0, metrics.Write(batch)));
        Threads.RunOne(() => Assert.Equal(0, metrics.Write(new SampleBatch([Sample(series, 16)], firstSequence: 4))));
        healthy.Set();
        old.Join();
        Assert.IsType<OperationCanceledException>(abandoned);
        Assert.Equal([1, 2, 4, 8, 16], heard);
        Assert.Equal(31, metrics.Value("x"));
    }

    [Fact]
    public void Batch_ThatComesAgainAfterItsEnd_IsCountedOnce()
    {
        using CustomMetrics metrics = new();
        SampleBatch batch = new([Sample(Series("x", SampleKind.Counter), 1), Sample(Series("x", SampleKind.Counter), -1)], firstSequence: 9);
        Assert.Equal(1, metrics.Write(batch)); // the attempt that was given up on came to its end after all
        Assert.Equal(1, metrics.Write(batch));
        Assert.Equal(1, metrics.Value("x"));
        Assert.Equal(0, metrics.Write(new SampleBatch([Sample(Series("x", SampleKind.Counter), 1)], firstSequence: 9))); // another one
        Assert.Equal(2, metrics.Value("x"));
    }
}
