using System.Globalization;

namespace MetricsKit.Tests.Sinks;

/// <summary>Sinks that are wrong in one way each.</summary>
static class WrongSinks
{
    /// <summary>What a wrong sink does in place of storing the batch.</summary>
    public delegate ValueTask Wrong(ListDestination destination, SampleBatch batch, CancellationToken cancellationToken);

    public static IMetricSink Of(ListDestination destination, Wrong wrong) => new WrongSink(destination, wrong);

    public static async ValueTask Swallows(ListDestination destination, SampleBatch batch, CancellationToken cancellationToken)
    {
        try { await destination.StoreAsync(Stored(batch), cancellationToken); }
        catch (IOException) { }
    }

    public static async ValueTask GivesUp(ListDestination destination, SampleBatch batch, CancellationToken cancellationToken)
    {
        try { await destination.StoreAsync(Stored(batch), cancellationToken); }
        catch (IOException fault) { throw new SamplesRejectedException(batch.Count, "given up", fault); }
    }

    public static async ValueTask ReturnsWhenCancelled(ListDestination destination, SampleBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            await destination.StoreAsync(Stored(batch), cancellationToken);
        }
        catch (OperationCanceledException) { }
    }

    public static ValueTask DropsLast(ListDestination destination, SampleBatch batch, CancellationToken cancellationToken) =>
        destination.StoreAsync([.. Stored(batch).SkipLast(batch.Count > 64 ? 1 : 0)], cancellationToken);

    public static ValueTask Reorders(ListDestination destination, SampleBatch batch, CancellationToken cancellationToken) =>
        destination.StoreAsync([.. Stored(batch).Reverse()], cancellationToken);

    public static ValueTask StoresTwice(ListDestination destination, SampleBatch batch, CancellationToken cancellationToken) =>
        destination.StoreAsync([.. Stored(batch), .. Stored(batch).Take(1)], cancellationToken);

    public static ValueTask StoresSomethingForNothing(ListDestination destination, SampleBatch batch, CancellationToken cancellationToken) =>
        destination.StoreAsync(batch.Count > 0 ? Stored(batch) : [new("empty", null, [], default, 0)], cancellationToken);

    public static ValueTask ForgetsTheSign(ListDestination destination, SampleBatch batch, CancellationToken cancellationToken) =>
        destination.StoreAsync([.. Stored(batch).Select(static s => s.Value == 0 ? s with { Bits = 0 } : s)], cancellationToken);

    public static ValueTask ForgetsTheKind(ListDestination destination, SampleBatch batch, CancellationToken cancellationToken) =>
        destination.StoreAsync([.. Stored(batch).Select(static s => s with { Kind = SampleKind.Gauge })], cancellationToken);

    public static ValueTask CutsTimestamps(ListDestination destination, SampleBatch batch, CancellationToken cancellationToken) =>
        destination.StoreAsync([.. Stored(batch).Select(static s => s with { Ticks = s.Ticks / 10 * 10 })], cancellationToken);

    public static ValueTask TrimsTags(ListDestination destination, SampleBatch batch, CancellationToken cancellationToken) =>
        destination.StoreAsync([.. Stored(batch).Select(static s => s with { Tags = s.Tags.Replace("\n", "", StringComparison.Ordinal) })], cancellationToken);

    public static ValueTask WritesAsTheCultureDoes(ListDestination destination, SampleBatch batch, CancellationToken cancellationToken) =>
        destination.StoreAsync([.. Stored(batch).Select(static s => s with { Bits = BitConverter.DoubleToInt64Bits(ReadBack(s.Value.ToString("R", CultureInfo.CurrentCulture))) })], cancellationToken);

    public static IReadOnlyList<StoredSample> Stored(SampleBatch batch)
    {
        var stored = new StoredSample[batch.Count];
        for (int i = 0; i < stored.Length; i++) stored[i] = StoredSample.Of(batch.Samples[i]);
        return stored;
    }

    static double ReadBack(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : 0;

    sealed class WrongSink(ListDestination destination, Wrong wrong) : IMetricSink
    {
        public ValueTask WriteAsync(SampleBatch batch, CancellationToken cancellationToken) => wrong(destination, batch, cancellationToken);
    }

    /// <summary>Stores a batch when the next one comes, or at the end.</summary>
    public sealed class KeepsTheMemory(ListDestination destination) : IMetricSink, IAsyncDisposable
    {
        SampleBatch? _kept;

        public async ValueTask WriteAsync(SampleBatch batch, CancellationToken cancellationToken)
        {
            var before = _kept;
            _kept = batch;
            if (before is not null) await destination.StoreAsync(Stored(before), cancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            if (_kept is { } kept) await destination.StoreAsync(Stored(kept), CancellationToken.None);
            _kept = null;
        }
    }

    /// <summary>After its first failure it never works again.</summary>
    public sealed class NeverRecovers(ListDestination destination) : ListSink(destination)
    {
        Exception? _fault;

        public override async ValueTask WriteAsync(SampleBatch batch, CancellationToken cancellationToken)
        {
            if (_fault is not null) throw new IOException("It never recovers.", _fault);
            try { await base.WriteAsync(batch, cancellationToken); }
            catch (IOException fault)
            {
                _fault = fault;
                throw;
            }
        }
    }

    /// <summary>Holds all batches in one list, which two calls at once confuse: the first has half of its batch there when the second begins anew.</summary>
    /// <remarks>They wait for each other, or they would hardly ever meet where there is one processor.</remarks>
    public sealed class SharesItsBuffer(ListDestination destination) : IMetricSink, IDisposable
    {
        readonly SemaphoreSlim _hasHalf = new(0), _hasBegunAnew = new(0), _hasStored = new(0);
        StoredSample[] _buffer = [];
        int _count, _calls;

        public ValueTask WriteAsync(SampleBatch batch, CancellationToken cancellationToken) =>
            Interlocked.Increment(ref _calls) % 2 == 1 ? First(batch, cancellationToken) : Second(batch, cancellationToken);

        public void Dispose()
        {
            _hasHalf.Dispose();
            _hasBegunAnew.Dispose();
            _hasStored.Dispose();
        }

        ValueTask First(SampleBatch batch, CancellationToken cancellationToken)
        {
            (_buffer, _count) = (new StoredSample[2 * batch.Count], 0);
            for (int i = 0; i < batch.Count; i++)
            {
                if (i == batch.Count / 2)
                {
                    _hasHalf.Release();
                    _hasBegunAnew.Wait(Threads.Patience, CancellationToken.None);
                }
                _buffer[_count++] = StoredSample.Of(batch.Samples[i]);
            }
            var stored = destination.StoreAsync([.. _buffer.Take(_count)], cancellationToken);
            _hasStored.Release();
            return stored;
        }

        ValueTask Second(SampleBatch batch, CancellationToken cancellationToken)
        {
            _hasHalf.Wait(Threads.Patience, CancellationToken.None);
            _count = 0;
            _hasBegunAnew.Release();
            _hasStored.Wait(Threads.Patience, CancellationToken.None);
            foreach (var sample in batch.Samples) _buffer[_count++] = StoredSample.Of(sample);
            return destination.StoreAsync([.. _buffer.Take(_count)], cancellationToken);
        }
    }

    /// <summary>Takes a call that still runs for one that will succeed.</summary>
    public sealed class TrustsTheOldCall(ListDestination destination) : ListSink(destination)
    {
        int _running;

        public override async ValueTask WriteAsync(SampleBatch batch, CancellationToken cancellationToken)
        {
            if (Interlocked.Exchange(ref _running, 1) == 1) return;
            try { await base.WriteAsync(batch, cancellationToken); }
            finally { Volatile.Write(ref _running, 0); }
        }
    }

    /// <summary>Cannot be disposed of twice, nor while its destination is broken.</summary>
    public sealed class DisposesOnce(ListDestination destination) : ListSink(destination), IAsyncDisposable
    {
        bool _disposed;

        public async ValueTask DisposeAsync()
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _disposed = true;
            await Destination.StoreAsync([], CancellationToken.None);
        }
    }

    /// <summary>Begins from the front when it is opened: the last sample of an earlier life is written over.</summary>
    public sealed class StartsAgain(ListDestination destination) : ListSink(destination)
    {
        readonly bool _isFirst = destination.Samples.Count == 0;

        public override ValueTask WriteAsync(SampleBatch batch, CancellationToken cancellationToken) =>
            _isFirst || batch.Count == 0 ? base.WriteAsync(batch, cancellationToken) : Destination.StoreAsync([.. Stored(batch).Skip(1)], cancellationToken);
    }
}
