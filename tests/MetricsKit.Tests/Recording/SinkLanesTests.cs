using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Recording;

public sealed class SinkLanesTests
{
    [Fact]
    public async Task Log_OfASinkThatFails_CallsItASinkAndTheLaneKeepsItsName()
    {
        Delivery.LogLines log = new();
        FailingSink sink = new();
        var lane = SinkLanes.Make("file", sink, new(), new FakeTimeProvider(), log); // it stands: what is closed is never late
        SampleBatch batch = new([default]);
        batch.Hold(2); // its array is the test's, and goes back to no pool
        lane.Post(batch, 1, 1);
        await Eventually.BecomesAsync(() => lane.Ledger.Failures > 0, Threads.Patience, "a write has failed");
        await lane.StopAsync(TimeSpan.Zero).WaitAsync(Threads.Patience);
        Assert.Equal("file", lane.Name);
        Assert.Equal(
            [
                "Warning: The sink file failed (IOException: Down.). It is tried again, and further failures like it are not logged until it works.",
                "Warning: The sink file stopped before everything was delivered; 1 were dropped. A longer time for the shutdown may save them.",
            ], log.Lines);
        Assert.Equal(1, sink.Disposed);
    }

    [Fact]
    public async Task Disposal_IsAsynchronousWhereItCanBe()
    {
        List<string> heard = [];
        await Disposal.Of(new Both(heard))!(CancellationToken.None);
        Assert.Equal(["later"], heard);
        Assert.Null(Disposal.Of(heard));
    }

    sealed class FailingSink : IMetricSink, IDisposable
    {
        public int Disposed { get; private set; }

        public ValueTask WriteAsync(SampleBatch batch, CancellationToken cancellationToken) => throw new IOException("Down.");

        public void Dispose() => Disposed++;
    }

    sealed class Both(List<string> heard) : IAsyncDisposable, IDisposable
    {
        public ValueTask DisposeAsync()
        {
            heard.Add("later");
            return ValueTask.CompletedTask;
        }

        public void Dispose() => heard.Add("now");
    }
}
