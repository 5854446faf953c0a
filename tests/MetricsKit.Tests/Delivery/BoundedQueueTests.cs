using Xunit;

namespace MetricsKit.Tests.Delivery;

/// <summary>D2 and D3: bounds, order, and who leaves.</summary>
public sealed class BoundedQueueTests
{
    readonly List<int> _overflow = [];

    [Fact]
    public void Add_PastTheWeight_PushesOutTheOldest()
    {
        var queue = Queue(3, 100);
        Add(queue, 1, 2, 3, 4, 5);
        Assert.Equal([1, 2], _overflow);
        Assert.Equal([3, 4, 5], Drain(queue));
    }

    [Fact]
    public void Add_PastTheBytes_PushesOutTheOldest()
    {
        var queue = Queue(100, 25);
        Add(queue, 1, 2, 3);
        Assert.Equal([1], _overflow);
        Assert.Equal(20, queue.Bytes);
    }

    [Fact]
    public void Add_WhileTheOldestIsInsideAnAttempt_NeverPushesThatOneOut()
    {
        var queue = Queue(3, 100);
        Add(queue, 1);
        Assert.Equal(1, queue.TakeOut()!.Item);
        Add(queue, 2, 3, 4, 5);
        Assert.Equal([2, 3], _overflow); // one place is taken by what is out
        Assert.Equal(1, queue.Oldest!.Item);
        queue.GiveBack();
        Assert.Equal([1, 4, 5], Drain(queue));
    }

    [Fact]
    public void Add_WhileTheHeadWaitsBetweenTwoAttempts_PushesOutTheHeadFirst()
    {
        var queue = Queue(3, 100);
        Add(queue, 1, 2, 3);
        queue.TakeOut();
        queue.GiveBack();
        Add(queue, 4);
        Assert.Equal([1], _overflow);
        Assert.Equal([2, 3, 4], Drain(queue));
    }

    [Fact]
    public void Add_OfOneLargerThanTheBounds_KeepsItAloneUntilTheNextComes()
    {
        var queue = Queue(3, 100);
        Add(queue, 1);
        queue.Add(new(2, 10, 10));
        Assert.Equal([1], _overflow);
        Assert.Equal(1, queue.Count);
        Add(queue, 3);
        Assert.Equal([1, 2], _overflow);
        Assert.Equal([3], Drain(queue));
    }

    [Fact]
    public void Queue_UnderRandomOperations_DoesWhatTheModelDoes()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            _overflow.Clear();
            Random random = new(seed);
            int maxWeight = random.Next(1, 40), maxBytes = random.Next(1, 400);
            var queue = Queue(maxWeight, maxBytes);
            QueueModel model = new(maxWeight, maxBytes);
            for (int step = 0; step < 300; step++)
            {
                int kind = random.Next(10);
                if (kind < 6)
                {
                    int weight = random.Next(0, 12), bytes = random.Next(0, 120);
                    queue.Add(new(step, weight, bytes));
                    model.Add((step, weight, bytes));
                }
                else if (kind == 9) Assert.Equal(model.Dequeue(), queue.Dequeue()?.Item);
                else if (model.Out is null) Assert.Equal(model.TakeOut(), queue.TakeOut()?.Item);
                else if (kind == 6)
                {
                    queue.Settle();
                    model.Out = null;
                }
                else
                {
                    queue.GiveBack();
                    model.GiveBack();
                }
                Assert.Equal(model.Overflow, _overflow);
                Assert.Equal((model.Waiting.Count, model.Weight, model.Bytes, model.Oldest), (queue.Count, queue.Weight, queue.Bytes, queue.Oldest?.Item));
                Assert.True(queue.Count <= 1 || (queue.Weight + (queue.Out?.Weight ?? 0) <= maxWeight && queue.Bytes + (queue.Out?.Bytes ?? 0) <= maxBytes));
            }
        }
    }

    static void Add(BoundedQueue<int> queue, params ReadOnlySpan<int> items)
    {
        foreach (int item in items) queue.Add(new(item, 1, 10));
    }

    static List<int> Drain(BoundedQueue<int> queue)
    {
        List<int> items = [];
        while (queue.Dequeue() is { } parcel) items.Add(parcel.Item);
        Assert.Equal((0, 0L, 0L), (queue.Count, queue.Weight, queue.Bytes));
        return items;
    }

    BoundedQueue<int> Queue(long weight, long bytes) => new(weight, bytes, parcel => _overflow.Add(parcel.Item));

    /// <summary>The same in a list, without any thought of speed.</summary>
    sealed class QueueModel(int maxWeight, int maxBytes)
    {
        public List<(int Item, int Weight, int Bytes)> Waiting { get; } = [];

        public List<int> Overflow { get; } = [];

        public (int Item, int Weight, int Bytes)? Out { get; set; }

        public long Weight => Waiting.Sum(static p => p.Weight);

        public long Bytes => Waiting.Sum(static p => p.Bytes);

        public int? Oldest => Out?.Item ?? (Waiting.Count > 0 ? Waiting[0].Item : null);

        public void Add((int, int, int) parcel)
        {
            Waiting.Add(parcel);
            Trim();
        }

        public int? Dequeue()
        {
            if (Waiting.Count == 0) return null;
            int item = Waiting[0].Item;
            Waiting.RemoveAt(0);
            return item;
        }

        public int? TakeOut()
        {
            Out = Waiting.Count > 0 ? Waiting[0] : null;
            return Dequeue();
        }

        public void GiveBack()
        {
            Waiting.Insert(0, Out!.Value);
            Out = null;
            Trim();
        }

        void Trim()
        {
            while (Waiting.Count > 1 && (Weight + (Out?.Weight ?? 0) > maxWeight || Bytes + (Out?.Bytes ?? 0) > maxBytes)) Overflow.Add(Dequeue()!.Value);
        }
    }
}
