namespace MetricsKit.Tests.Delivery;

/// <summary>Work that blocks, on a thread that no failing test has to wait for.</summary>
static class Background
{
    public static Task<T> Run<T>(Func<T> work, TimeSpan? patience = null)
    {
        TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try { done.SetResult(work()); }
            catch (Exception fault) { done.SetException(fault); }
        })
        { IsBackground = true }.Start();
        return done.Task.WaitAsync(patience ?? Threads.Patience);
    }
}
