using System.Buffers;
using System.Text;
using MetricsKit.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace MetricsKit.Tests;

/// <summary>A kit in a container of its own, as <c>AddMetricsKit()</c> makes it, with its parts within reach and a clock that a test may own.</summary>
sealed class TestKit : IAsyncDisposable
{
    readonly FakeTimeProvider? _time;

    TestKit(ServiceProvider services, FakeTimeProvider? time)
    {
        Services = services;
        _time = time;
    }

    public ServiceProvider Services { get; }

    public CollectorMonitor Monitor => Services.GetRequiredService<CollectorMonitor>();

    public HostLedger Ledger => Services.GetRequiredService<InstrumentRegistry>().Ledger;

    /// <summary>Starts a kit. Without a word the machine is an empty one, so that tests neither read the real one nor wait for it.</summary>
    public static TestKit Start(
        Action<MetricsKitOptions>? options = null, Action<IMetricsKitBuilder>? add = null, IConfiguration? configuration = null,
        FakeTimeProvider? time = null, IHostFiles? machine = null)
    {
        ServiceCollection services = new();
        if (configuration is not null) services.AddSingleton(configuration);
        var builder = services.AddMetricsKit(options);
        services.AddSingleton(machine ?? new Collectors.MemoryHostFiles());
        if (time is not null) services.AddSingleton<TimeProvider>(time);
        else BePatient(services);
        add?.Invoke(builder);
        TestKit kit = new(services.BuildServiceProvider(), time);
        try
        {
            kit.Services.GetRequiredService<MetricsKitLifetime>().Start();
            return kit;
        }
        catch
        {
            kit.Services.Dispose();
            throw;
        }
    }

    /// <summary>Waits longer for the collectors of a kit: on a machine that is busy for a second, the kit's own numbers would be missing.</summary>
    public static void BePatient(IServiceCollection services) =>
        services.AddSingleton(static p => new CollectorMonitor(p.GetRequiredService<TimeProvider>(), MetricsKitWiring.LoggerOf(p)) { Deadline = Threads.Patience });

    /// <summary>What the options of a wrong configuration are refused with, a sentence each.</summary>
    public static IReadOnlyList<string> Faults(Action<MetricsKitOptions>? options = null, IConfiguration? configuration = null)
    {
        try
        {
            Start(options, configuration: configuration).Services.Dispose();
            return [];
        }
        catch (OptionsValidationException refused) { return [.. refused.Failures]; }
    }

    /// <summary>A configuration as files and environment variables give it, colons between the parts of a key.</summary>
    public static IConfiguration Configuration(params ReadOnlySpan<(string Key, string Value)> pairs)
    {
        Dictionary<string, string?> values = [];
        foreach (var (key, value) in pairs) values["MetricsKit:" + key] = value;
        return new ConfigurationBuilder().AddInMemoryCollection(values).Build();
    }

    public TMeter Meter<TMeter>() where TMeter : class, ICatalogMeter => Services.GetRequiredService<TMeter>();

    public ValueTask<MetricsSnapshot> SnapshotAsync(TimeSpan maxAge = default) => Services.GetRequiredService<IMetricsSnapshotSource>().GetSnapshotAsync(maxAge);

    public async Task<double> TotalAsync(string name, params (string, string)[] tags)
    {
        using var snapshot = await SnapshotAsync();
        return snapshot.Total(name, tags);
    }

    public async Task<double?> ValueAsync(string name, params (string, string)[] tags)
    {
        using var snapshot = await SnapshotAsync();
        return snapshot.Find(name, tags)?.Value;
    }

    public async Task<Exposition> ScrapeAsync(ExpositionFormat format = ExpositionFormat.PrometheusText)
    {
        using var snapshot = await SnapshotAsync();
        return ExpositionParser.Parse(Text(snapshot, format), format == ExpositionFormat.OpenMetrics ? ExpositionSyntax.OpenMetrics : ExpositionSyntax.Text);
    }

    /// <summary>The text of a snapshot.</summary>
    public static string Text(MetricsSnapshot snapshot, ExpositionFormat format = ExpositionFormat.PrometheusText)
    {
        ArrayBufferWriter<byte> to = new();
        PrometheusTextWriter.Write(snapshot, to, format);
        return Encoding.UTF8.GetString(to.WrittenSpan);
    }

    /// <summary>Waits until every collector that has an interval has read at the time that the clock shows.</summary>
    /// <remarks>A tick queues its round before the clock has been moved, so a round that is not queued any more has ended; one that was left out would be waited for in vain.</remarks>
    public async Task SettleAsync()
    {
        CollectorState[] timed = [.. Monitor.States.Where(static s => s.Interval is not null)];
        await Eventually.BecomesAsync(() => !Array.Exists(timed, static s => s.IsQueued), Threads.Patience, "the rounds of the collectors have ended");
        long now = _time!.GetTimestamp();
        Assert.All(timed, s => Assert.True(s.LastRead == now, $"The collector {s.Name} was left out: its last round was {_time.GetElapsedTime(s.LastRead, now).TotalSeconds} s ago, and {(s.Failing ? "failed" : "was well")}."));
    }

    /// <summary>Lets five seconds pass, which is the rhythm in which rates and the processor are sampled, as often as asked.</summary>
    public async Task PassAsync(int steps = 1)
    {
        await SettleAsync();
        for (int i = 0; i < steps; i++)
        {
            _time!.Advance(TimeSpan.FromSeconds(5));
            await SettleAsync();
        }
    }

    public ValueTask DisposeAsync() => Services.DisposeAsync();
}
