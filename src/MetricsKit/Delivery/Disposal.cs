namespace MetricsKit;

/// <summary>Disposes of what somebody else wrote, asynchronously where it can be.</summary>
static class Disposal
{
    /// <summary>What disposes of it, to be called once; null when there is nothing to be done.</summary>
    internal static Func<CancellationToken, ValueTask>? Of(object thing) => thing switch
    {
        IAsyncDisposable later => _ => later.DisposeAsync(),
        IDisposable now => _ =>
        {
            now.Dispose();
            return ValueTask.CompletedTask;
        },
        _ => null,
    };
}
