using Xunit;

namespace MetricsKit.Tests.Instruments;

/// <summary>Sums over any number of chunks against sums that are taken one cell at a time.</summary>
public sealed class CellSumsTests
{
    const int Seed = 20_260_114; // any

    // Around the numbers of chunks that are read one by one and at once, and around the number of cells in a vector.
    static readonly int[] _chunkCounts = [0, 1, 2, 3, 4, 7, 8, 9, 11, 12, 16, 17, 64, 300];
    static readonly int[] _lengths = [1, 3, 4, 5, 15, 16, 255, 256];

    [Fact]
    [Trait("Requirement", "I3")]
    public void Longs_AnyNumberOfChunksAndCells_AreTheSumsOfTheCells() => ForEach(static (chunks, length, random) =>
    {
        foreach (var chunk in chunks)
        {
            for (int i = 0; i < CellChunk.Size; i++) chunk.At(i) = random.NextInt64(-1_000_000, 1_000_000);
        }
        AssertLongs(chunks, length);
    });

    [Fact]
    [Trait("Requirement", "I9")]
    public void Longs_NumbersNearTheEnds_SaturateChunkByChunk() => ForEach(static (chunks, length, random) =>
    {
        // One cell that wraps, at any place and of either sign, among small ones; then numbers that wrap only all together.
        foreach (long large in new[] { long.MaxValue, long.MinValue, long.MaxValue / Math.Max(1, chunks.Length) + 1, long.MinValue / Math.Max(1, chunks.Length) - 1 })
        {
            int wrapping = random.Next(length);
            foreach (var chunk in chunks)
            {
                for (int i = 0; i < CellChunk.Size; i++) chunk.At(i) = 1;
                chunk.At(wrapping) = large;
            }
            AssertLongs(chunks, length);
        }
    });

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(17)]
    [Trait("Requirement", "I4")]
    public void Histograms_AnyNumberOfChunks_AreTheSumsOfTheCells(int run)
    {
        foreach (int count in _chunkCounts)
        {
            Random random = new(Seed);
            var chunks = Chunks(count);
            int series = CellChunk.Size / run;
            foreach (var chunk in chunks)
            {
                for (int i = 0; i < series * run; i++) chunk.At(i) = i % run == 0 ? BitConverter.DoubleToInt64Bits(random.Next(1000) - 250.25) : random.Next(1000);
            }
            AssertHistograms(chunks, run, series);
            if (count == 0) continue;

            chunks[random.Next(count)].At(run - 1) = long.MaxValue; // the first series' last bucket is full
            AssertHistograms(chunks, run, series);
            chunks[0].At(run) = BitConverter.DoubleToInt64Bits(double.PositiveInfinity); // the second series' sum ran past the largest number
            chunks[^1].At(2 * run) = BitConverter.DoubleToInt64Bits(double.MinValue);
            AssertHistograms(chunks, run, series);
        }
    }

    [Fact]
    [Trait("Requirement", "I4")]
    public void Histograms_WhileAThreadRecords_SumNeverTrailsTheCount()
    {
        // Every measurement is 1, so the sum must be at least the count. The writer's chunk is in the second group.
        const int Measurements = 10_000_000;
        var chunks = Chunks(9);
        Thread writer = new(() =>
        {
            for (long i = 1; i <= Measurements; i++)
            {
                Volatile.Write(ref chunks[^1].At(0), BitConverter.DoubleToInt64Bits(i));
                Volatile.Write(ref chunks[^1].At(1), i);
            }
        });
        long[] totals = new long[CellChunk.Size];
        double[] published = [.. Enumerable.Repeat(double.NegativeInfinity, CellChunk.Size / 2)];
        writer.Start();
        do
        {
            CellSums.Histograms(chunks, 0, 2, totals, published);
            Assert.True(BitConverter.Int64BitsToDouble(totals[0]) >= totals[1]);
        }
        while (totals[1] < Measurements);
        writer.Join();
    }

    static void AssertHistograms(CellChunk[] chunks, int run, int series)
    {
        var totals = Enumerable.Repeat(-1L, series * run).ToArray();
        CellSums.Histograms(chunks, 0, run, totals, [.. Enumerable.Repeat(double.NegativeInfinity, series)]);
        for (int i = 0; i < totals.Length; i++)
        {
            if (i % run != 0) Assert.Equal(Sum(chunks, i), totals[i]);
            else Assert.Equal(CellSums.Finite(chunks.Sum(c => CellSums.Finite(BitConverter.Int64BitsToDouble(c.At(i))))), BitConverter.Int64BitsToDouble(totals[i]));
        }
    }

    static void AssertLongs(CellChunk[] chunks, int length)
    {
        foreach (int start in new[] { 0, CellChunk.Size - length }.Distinct())
        {
            var totals = Enumerable.Repeat(-1L, length).ToArray(); // what was there before must not matter
            CellSums.Longs(chunks, start, totals);
            Assert.Equal(Enumerable.Range(start, length).Select(i => Sum(chunks, i)), totals);
        }
    }

    static long Sum(CellChunk[] chunks, int index) => chunks.Aggregate(0L, (total, chunk) => CellSums.Saturating(total, chunk.At(index)));

    static void ForEach(Action<CellChunk[], int, Random> test)
    {
        Random random = new(Seed);
        foreach (int count in _chunkCounts)
        {
            foreach (int length in _lengths) test(Chunks(count), length, random);
        }
    }

    static CellChunk[] Chunks(int count) => [.. Enumerable.Range(0, count).Select(static _ => new CellChunk())];
}
