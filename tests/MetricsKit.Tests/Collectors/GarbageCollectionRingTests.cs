using Xunit;

namespace MetricsKit.Tests.Collectors;

public class GarbageCollectionRingTests
{
    [Fact]
    public void TryWrite_Full_DropsTheNewestAndGoesOnAfterARead()
    {
        var ring = new GarbageCollectionRing();
        var written = 0;
        while (ring.TryWrite(new GarbageCollection(++written, default)))
        {
        }

        Assert.True(ring.TryRead(out var oldest));
        Assert.Equal(1, oldest.Index);
        Assert.True(ring.TryWrite(new GarbageCollection(5000, default)));

        long last = 0;
        while (ring.TryRead(out var item))
        {
            Assert.True(item.Index > last);
            last = item.Index;
        }
        Assert.Equal(5000, last);
    }

    [Fact]
    public async Task TryRead_WhileAnotherThreadWrites_KeepsOrderAndLosesOnlyWhatWasRefused()
    {
        const int Total = 1_000_000;
        var ring = new GarbageCollectionRing();
        var writer = Task.Run(() =>
        {
            var accepted = 0;
            for (var i = 1; i <= Total; i++)
                accepted += ring.TryWrite(new GarbageCollection(i, TimeSpan.FromTicks(i))) ? 1 : 0;
            return accepted;
        });

        var read = 0;
        long last = 0;
        while (true)
        {
            var ended = writer.IsCompleted;
            while (ring.TryRead(out var item))
            {
                Assert.True(item.Index > last && item.Pause.Ticks == item.Index);
                last = item.Index;
                read++;
            }
            if (ended)
                break;
        }
        Assert.Equal(await writer, read);
    }
}
