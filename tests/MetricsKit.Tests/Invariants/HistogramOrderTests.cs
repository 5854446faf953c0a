using MetricsKit.Tests.Instruments;
using Xunit;

namespace MetricsKit.Tests.Invariants;

/// <summary>I4: whoever sees a bucket sees the sum that came before it.</summary>
public sealed class HistogramOrderTests
{
    [Fact]
    [Trait("Invariant", "I4")]
    public void Sum_OfWritersStoppedAnywhere_NeverTrailsTheCount()
    {
        // More writers than cores, so that the system stops them between any two instructions; a series each, so that none hides another's gap.
        // Each measurement is 1: the sum says how many there were.
        int writers = 2 * Environment.ProcessorCount;
        using var rig = Rig.Of(Define.Histogram("t", "s", "T.", TagKey.Open("a")));
        bool ended = false;
        var threads = Enumerable.Range(0, writers).Select(static _ => new HeldThread()).ToArray();
        long[] recorded = new long[writers];
        var writing = threads.Select((thread, number) => thread.Begin(() =>
        {
            var series = rig.Instrument.Bind(Name(number));
            while (!Volatile.Read(ref ended))
            {
                for (int i = 0; i < 1000; i++) series.Record(1);
                recorded[number] += 1000;
            }
        })).ToArray();

        for (int read = 0; read < 4000; read++)
        {
            using var snapshot = Snapshot(rig.Source);
            foreach (var series in snapshot.Families.SelectMany(static f => f.Series))
            {
                if (series.Sum < series.Count) Assert.Fail($"The sum is {series.Sum} and the count {series.Count}.");
            }
        }
        Volatile.Write(ref ended, true);
        Array.ForEach(writing, static w => w.Wait());
        Array.ForEach(threads, static t => t.Dispose());

        for (int number = 0; number < writers; number++)
        {
            var (count, sum, buckets) = rig.Histogram("a=" + Name(number));
            Assert.Equal((recorded[number], (double)recorded[number], recorded[number]), (count, sum, buckets.Sum()));
        }
    }

    static MetricsSnapshot Snapshot(SnapshotSource source) => source.GetSnapshotAsync().AsTask().GetAwaiter().GetResult();

    static string Name(int i) => i.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
