using Xunit;

namespace MetricsKit.Tests.Recording;

/// <summary>Room is lent as blocks that are used again, of whatever size they are.</summary>
public sealed class BlockSpaceTests
{
    const int Capacity = 64 * SampleProducer.FirstSize;

    [Fact]
    public async Task SpareBlocks_OfOtherSizesThanTheWantedOne_AreUsedBeforeOneIsMade()
    {
        await using RecorderRig rig = new(static o => o.Capacity = Capacity);
        var space = rig.Recorder.Space;
        SampleProducer thread = new(rig.Recorder, Thread.CurrentThread);
        Use(Capacity / SampleProducer.FirstSize, of: SampleProducer.FirstSize); // spare for all the room there is
        Use(1, of: 8 * SampleProducer.FirstSize); // and beyond

        var block = space.TryLend(4 * SampleProducer.FirstSize, thread);

        Assert.Equal(SampleProducer.FirstSize, block!.Size);
        Assert.Equal(SampleProducer.FirstSize, space.Lent);

        void Use(int count, int of)
        {
            var blocks = Enumerable.Range(0, count).Select(_ => space.TryLend(of, thread)!).ToArray();
            Assert.Equal(count * of, space.Lent);
            Array.ForEach(blocks, space.Recycle);
        }
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
