using MetricsKit.Tests.Instruments;
using Xunit;

namespace MetricsKit.Tests.Invariants;

/// <summary>I3: a floating total does not go back when its parts are added in another order.</summary>
public sealed class FloatingTotalTests
{
    [Fact]
    [Trait("Invariant", "I3")]
    public void Sum_OfThreadsThatEndInAnyOrder_NeverDecreasesByALastPlace()
    {
        Random random = new(3);
        for (int round = 0; round < 40; round++)
        {
            using var rig = Rig.Of(Define.Histogram("t", "s", "T."));
            // Values of all sizes: nearly every other order of adding them rounds otherwise.
            double[] values = [.. Enumerable.Range(0, 6).Select(_ => random.NextDouble() * Math.Pow(10, random.Next(-3, 4)))];
            var threads = values.Select(value =>
            {
                HeldThread thread = new();
                thread.Do(() => rig.Instrument.Record(value));
                return thread;
            }).ToArray();
            random.Shuffle(threads);
            double last = rig.Histogram().Sum;
            foreach (var thread in threads)
            {
                thread.Dispose();
                for (int read = 0; read < 3; read++) // the second reading folds what the first found dead
                {
                    double sum = rig.Histogram().Sum;
                    Assert.True(sum >= last, $"{sum:R} after {last:R}");
                    last = sum;
                }
            }
            Assert.Equal(values.Sum(), last, 1e-12 * last);
            Assert.Equal(values.Length, rig.Histogram().Count);
        }
    }
}
