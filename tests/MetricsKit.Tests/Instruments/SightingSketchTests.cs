using Xunit;

namespace MetricsKit.Tests.Instruments;

/// <summary>What the memory of label sets without a series remembers, and what it takes for something else.</summary>
[Trait("Invariant", "I8")]
public sealed class SightingSketchTests
{
    readonly SightingSketch _sketch = new();
    readonly Random _random = new(5);

    [Fact]
    public void Labels_SeenOften_AreKnownWithTheEighthSighting()
    {
        for (int i = 1; i < SightingSketch.Often; i++) Assert.False(_sketch.SeesOften(77));
        Assert.True(_sketch.SeesOften(77));
        Assert.False(_sketch.SeesOften(78));
        int known = Enumerable.Range(0, 1000).Count(_ => _sketch.SeesOften(77)); // no counter runs over
        Assert.InRange(known, 900, 999); // and what is halved now and then has to be seen a few times more
    }

    [Fact]
    public void Strangers_HoweverMany_AreNeverKnown()
    {
        for (int i = 0; i < 2_000_000; i++) Assert.False(_sketch.SeesOften((ulong)_random.NextInt64()));
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(5_000)]
    [InlineData(10_000)]
    public void Labels_AmongStrangers_AreKnownSoon(int strangersBetween)
    {
        Strangers(200_000);
        int sightings = 1;
        for (; !_sketch.SeesOften(77) && sightings < 100; sightings++) Strangers(strangersBetween);
        Assert.InRange(sightings, 2, 3 * SightingSketch.Often);
    }

    [Fact]
    public void Labels_SeldomAmongStrangers_AreForgottenMeanwhile()
    {
        for (int sightings = 0; sightings < 30; sightings++)
        {
            Assert.False(_sketch.SeesOften(77));
            Strangers(150_000);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(32)]
    public void Hashes_OfWhichHalfIsAlike_AreToldApart(int shift)
    {
        // A table's number is in one half and the hash of one short text in the other.
        for (ulong i = 0; i < 100_000; i++) Assert.False(_sketch.SeesOften(i << shift));
    }

    void Strangers(int count)
    {
        for (int i = 0; i < count; i++) _sketch.SeesOften((ulong)_random.NextInt64());
    }
}
