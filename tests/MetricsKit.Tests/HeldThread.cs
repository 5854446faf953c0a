using System.Collections.Concurrent;

namespace MetricsKit.Tests;

/// <summary>A thread that does what it is told, one thing after another, and lives until it is let go.</summary>
sealed class HeldThread : IDisposable
{
    readonly BlockingCollection<Action> _work = [];
    readonly Thread _thread;

    public HeldThread()
    {
        _thread = new(() =>
        {
            foreach (var work in _work.GetConsumingEnumerable()) work();
        }, 256 * 1024);
        _thread.Start();
    }

    /// <summary>Does it there, and returns when it is done.</summary>
    public void Do(Action work) => Begin(work).Wait();

    /// <summary>Begins it there; what is returned waits for the end.</summary>
    public Begun Begin(Action work)
    {
        Begun begun = new();
        _work.Add(() => begun.Run(work));
        return begun;
    }

    /// <summary>Ends the thread, and returns when it has ended.</summary>
    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    /// <summary>Work that was begun on another thread.</summary>
    public sealed class Begun
    {
        readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsDone => _done.Task.IsCompleted;

        /// <summary>Waits for the end; a failure there is one here.</summary>
        public void Wait()
        {
            if (!((IAsyncResult)_done.Task).AsyncWaitHandle.WaitOne(Threads.Patience)) throw new TimeoutException("What another thread was told to do never ended.");
            _done.Task.GetAwaiter().GetResult();
        }

        internal void Run(Action work)
        {
            try { work(); }
            catch (Exception fault)
            {
                _done.SetException(fault);
                return;
            }
            _done.SetResult();
        }
    }
}
