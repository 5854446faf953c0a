using System.Globalization;
using MetricsKit.Testing;

namespace MetricsKit.Tests.Sinks;

/// <summary>A sink that is open on its destination, called as a recorder calls it: from a thread that is nobody else's, one batch at a time.</summary>
sealed class SinkRun(SinkRig rig) : IAsyncDisposable
{
    readonly SinkJournal _journal = new();
    IMetricSink? _sink;

    public SinkRig Rig => rig;

    /// <summary>Opens the sink; the one that was open is disposed of before.</summary>
    public async Task OpenAsync()
    {
        await CloseAsync();
        _sink = rig.Open();
    }

    /// <summary>Disposes of the sink, as often as asked.</summary>
    public async Task CloseAsync(int times = 1)
    {
        var sink = _sink;
        for (int i = 0; i < times && sink is not null; i++)
        {
            await OnItsOwnThread(() => sink switch
            {
                IAsyncDisposable asynchronous => asynchronous.DisposeAsync(),
                IDisposable synchronous => Dispose(synchronous),
                _ => ValueTask.CompletedTask,
            }, "The sink was disposed of, and that never ended.");
        }
        _sink = null;
    }

    /// <summary>A batch for <see cref="TryAsync"/>.</summary>
    public SinkJournal.Entry Batch(params Sample[] samples) => _journal.Add(samples);

    /// <summary>Writes samples that the sink must take.</summary>
    public async Task WriteAsync(params Sample[] samples)
    {
        if (await TryAsync(Batch(samples)) is { } fault) throw new SinkConformanceException("The sink did not take a batch, with nothing in the way.", fault);
    }

    /// <summary>Tries until the sink has the batch, as a recorder does; a few failures are forgiven, for connections that broke with the destination.</summary>
    public async Task DeliverAsync(SinkJournal.Entry entry)
    {
        const int Attempts = 5; // arbitrary: more than any destination needs that is whole again
        Exception? fault = null;
        for (int i = 0; i < Attempts; i++)
        {
            fault = await TryAsync(entry);
            if (fault is null) return;
        }
        throw new SinkConformanceException($"The sink took a batch at none of {Attempts} attempts, although the destination is whole again.", fault);
    }

    /// <summary>One attempt.</summary>
    /// <returns>What it threw; null when the sink has the batch.</returns>
    public async Task<Exception?> TryAsync(SinkJournal.Entry entry, CancellationToken cancellationToken = default)
    {
        var sink = _sink ?? throw new InvalidOperationException("The sink is not open.");
        entry.Attempt();
        int refused = entry.Original.Count(s => rig.Expect(s) is null);
        Exception? fault = null;
        await OnItsOwnThread(async () =>
        {
            try { await sink.WriteAsync(entry.Batch, cancellationToken); }
            catch (SamplesRejectedException rejected) when (rejected.Rejected == refused && refused > 0) { refused = 0; }
            catch (Exception thrown) { fault = thrown; }
        }, "A write never ended.");
        if (fault is not null) return fault;
        if (refused > 0) throw new SinkConformanceException(string.Create(CultureInfo.InvariantCulture, $"The sink took {refused} samples that its destination refuses, and said nothing."));
        entry.Acknowledged = true;
        return null;
    }

    /// <summary>Waits until a call has arrived in the destination that does not answer.</summary>
    public Task HeldAsync(SinkFault fault) => Eventually.BecomesAsync(() => rig.IsHoldingAsync().AsTask(), Threads.Patience, $"a call has arrived in a destination with {fault}");

    /// <summary>Compares what the destination holds with what was written so far.</summary>
    public async Task VerifyAsync() => rig.Verify(_journal, await rig.ReadAsync());

    public async ValueTask DisposeAsync()
    {
        try { await CloseAsync(); }
        finally { await rig.DisposeAsync(); }
    }

    static ValueTask Dispose(IDisposable sink)
    {
        sink.Dispose();
        return ValueTask.CompletedTask;
    }

    // A sink may block its thread for as long as it likes, so it gets none of the pool's.
    static async Task OnItsOwnThread(Func<ValueTask> call, string never)
    {
        var ended = Task.Factory.StartNew(() => call().AsTask(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        try { await ended.WaitAsync(Threads.Patience); }
        catch (TimeoutException) when (!ended.IsCompleted) { throw new SinkConformanceException(never); }
    }
}
