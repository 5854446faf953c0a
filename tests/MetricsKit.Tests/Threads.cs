using System.Runtime.ExceptionServices;

namespace MetricsKit.Tests;

/// <summary>Threads of a test's own: never the pool's, whose threads live on and keep their stores.</summary>
static class Threads
{
    /// <summary>How long a test waits for what must come at once before it says that it never came.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Runs the work on so many threads at once and waits until they have ended; the first failure is the caller's.</summary>
    public static void Run(int count, Action<int> work)
    {
        ExceptionDispatchInfo? failure = null;
        using Barrier start = new(count);
        var threads = Enumerable.Range(0, count).Select(number => new Thread(() =>
        {
            start.SignalAndWait();
            try { work(number); }
            catch (Exception fault) { Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(fault), null); }
        }, 256 * 1024)).ToList();
        threads.ForEach(static t => t.Start());
        threads.ForEach(static t => t.Join());
        failure?.Throw();
    }

    /// <summary>Runs the work on one new thread, which has ended when this returns.</summary>
    public static void RunOne(Action work) => Run(1, _ => work());
}
