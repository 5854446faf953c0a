using System.Globalization;

namespace MetricsKit.Benchmarks;

/// <summary>What is recorded: the same in every run, and too long for a branch predictor to learn.</summary>
static class Inputs
{
    internal const int Count = 1 << 18, Mask = Count - 1;

    /// <summary>Durations from 1 ms to 30 s, evenly spread over the magnitudes.</summary>
    internal static double[] Values()
    {
        Random random = new(1);
        return [.. Enumerable.Range(0, Count).Select(_ => 0.001 * Math.Pow(30_000, random.NextDouble()))];
    }

    internal static int[] PairNumbers()
    {
        Random random = new(2);
        return [.. Enumerable.Range(0, Count).Select(_ => random.Next(BenchmarkMeter.Pairs))];
    }

    internal static string[] Texts(string prefix, int count = BenchmarkMeter.Pairs) =>
        [.. Enumerable.Range(0, count).Select(i => prefix + i.ToString(CultureInfo.InvariantCulture))];

    /// <summary>The same text in another object, as a request or a database gives it.</summary>
    internal static string Copy(string text) => new(text.AsSpan());
}
