using Xunit;

namespace MetricsKit.Tests.Recording;

/// <summary>Room is lent as blocks that are used again, of whatever size they are.</summary>
public sealed class BlockSpaceTests
{
    const int Capacity = 64 * SampleProducer.FirstSize;

    [Theory]
    [InlineData(1, 4)] // a smaller one does
    [InlineData(8, 4)] // and so does a part of a larger one
    [InlineData(8, 1)]
    public async Task SpareBlocks_OfOtherSizesThanTheWantedOne_AreUsedBeforeOneIsMade(int spare, int wanted)
    {
        await using RecorderRig rig = new(static o => (o.Capacity, o.BlockSize) = (Capacity, 8 * SampleProducer.FirstSize));
        var space = rig.Recorder.Space;
        SampleProducer thread = new(rig.Recorder, Thread.CurrentThread);
        HashSet<SampleBlock> known = [];
        for (int rounds = 0; rounds < 2; rounds++)
        {
            List<SampleBlock> blocks = [];
            while (space.TryLend(spare * SampleProducer.FirstSize, thread) is { } lent) blocks.Add(lent);
            Assert.Equal(Capacity, space.Lent);
            foreach (var lent in blocks) space.Recycle(lent);
            known.UnionWith(blocks);
        }
        var beyond = space.TryLend(2 * SampleProducer.FirstSize, thread)!;
        known.Add(beyond);
        space.Recycle(beyond); // spare for more than all the room there is

        var block = space.TryLend(wanted * SampleProducer.FirstSize, thread)!;

        Assert.Contains(block, known);
        Assert.Equal(Math.Min(wanted * SampleProducer.FirstSize, block.Size), space.Lent);
        space.Recycle(block);
        Assert.Equal(0, space.Lent);
    }

    [Fact]
    public async Task SpareBlocks_FewerThanTheRoom_LetBlocksGrow()
    {
        await using RecorderRig rig = new(static o => o.Capacity = Capacity);
        var space = rig.Recorder.Space;
        SampleProducer thread = new(rig.Recorder, Thread.CurrentThread);
        space.Recycle(space.TryLend(SampleProducer.FirstSize, thread)!);

        Assert.Equal(4 * SampleProducer.FirstSize, space.TryLend(4 * SampleProducer.FirstSize, thread)!.Size);
    }
}
