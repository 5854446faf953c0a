using System.Diagnostics.Metrics;
using MetricsKit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MetricsKit.Tests.Aggregation;

/// <summary>Tests of observable instruments of a meter that is not the kit's. The clock stands but for what a test lets pass.</summary>
public abstract class ForeignObservableRig : IDisposable
{
    private protected readonly FakeTimeProvider Time = new();
    private protected readonly RecordedLog Log = new();
    private protected readonly Held Held = new();
    private protected readonly Meter Meter;

    // The meters belong to the host that is tested: other tests of this process may select every meter, and would call the callbacks as well.
    readonly Scope _scope = new();

    private protected ForeignObservableRig() => Meter = new("Test." + Guid.NewGuid().ToString("N"), null, null, _scope);

    public void Dispose()
    {
        Held.Open();
        Meter.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Another meter of the same name.</summary>
    private protected Meter Another(params KeyValuePair<string, object?>[] tags) => new(Meter.Name, null, tags, _scope);

    private protected TestKit Selecting(Action<MetricsKitOptions>? options = null) => TestKit.Start(o =>
    {
        o.Meters.Add(Meter.Name);
        options?.Invoke(o);
    }, b => b.Services.AddSingleton<ILoggerFactory>(new OneLog(Log)).AddSingleton<IMeterFactory>(_scope), time: Time);

    /// <summary>A snapshot for which all that is read with snapshots is due.</summary>
    private protected async Task<MetricsSnapshot> SnapshotAsync(TestKit kit)
    {
        Time.Advance(TimeSpan.FromMilliseconds(250));
        return await kit.SnapshotAsync().AsTask().WaitAsync(Threads.Patience);
    }

    private protected async Task<List<(string Labels, double Value)>> SeriesAsync(TestKit kit, string name)
    {
        using var snapshot = await SnapshotAsync(kit);
        return Series(snapshot, name);
    }

    /// <summary>Lets the deadline pass of a call that hangs; of all others <paramref name="read"/> says that they have returned, so that none is late for want of a processor.</summary>
    private protected async Task<MetricsSnapshot> PassAsync(Task<MetricsSnapshot> asked, Func<bool> read)
    {
        await Eventually.BecomesAsync(() => Held.Count == 1, Threads.Patience, "a call hangs");
        Time.Advance(TimeSpan.FromMilliseconds(50)); // a thread comes to help with the rest
        await Eventually.BecomesAsync(read, Threads.Patience, "all others have been read");
        Assert.False(asked.IsCompleted);
        Time.Advance(TimeSpan.FromMilliseconds(950)); // the rest of the deadline, and nothing of that of later calls
        return await asked.WaitAsync(Threads.Patience);
    }

    private protected static List<(string Labels, double Value)> Series(MetricsSnapshot snapshot, string name) =>
        [.. snapshot.Families.Where(f => f.Definition.Name == name).SelectMany(static f => f.Series).Select(static s => (string.Join(',', s.Tags.Select(static t => t.Value)), s.Value)).Order()];

    sealed class Scope : IMeterFactory
    {
        public Meter Create(MeterOptions options)
        {
            options.Scope = this;
            return new(options); // its registry disposes of it
        }

        public void Dispose() { }
    }

    sealed class OneLog(ILogger log) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => log;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose() { }
    }
}
