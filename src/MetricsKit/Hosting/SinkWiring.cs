using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MetricsKit;

/// <summary>Makes the recorder of a host and its sinks: those of the configuration, and those that were added.</summary>
static class SinkWiring
{
    internal static MetricRecorder MakeRecorder(IServiceProvider provider)
    {
        var options = OptionsOf(provider);
        var time = provider.GetRequiredService<TimeProvider>();
        var logger = MetricsKitWiring.LoggerOf(provider);
        HashSet<string> names = [];
        ImmutableArray<DeliveryLane<SampleBatch>> lanes = options.Enabled ? [.. SinksOf(provider).Select(s => SinkLanes.Make(Distinct(s.Name, names), s.Make(provider), s.Options, time, logger))] : [];
        IEnumerable<ISampleProcessor> steps = provider.GetServices<ISampleProcessor>();
        if (new HostTags(options.Tags).Step is { } tags) steps = steps.Append(tags);
        MetricRecorder recorder = new(options.Recorder, lanes, SampleProcessorChain.Of(options.Processing, steps, logger, time), time, logger);
        if (!options.Enabled) _ = recorder.StopAsync(TimeSpan.Zero); // takes nothing
        provider.GetRequiredService<MetricsKitLifetime>().Recorder = recorder;
        return recorder;
    }

    /// <summary>Whether samples go anywhere but into instruments: then the recorder starts with the host, so that a sink can say at once what is wrong.</summary>
    internal static bool HasOwnSinks(IServiceProvider provider) => SinksOf(provider).Any(static s => s.Options is not InstrumentsSinkOptions);

    static IEnumerable<SinkRegistration> SinksOf(IServiceProvider provider)
    {
        var sinks = OptionsOf(provider).Sinks;
        if (sinks.Log is { } log) yield return new("log", log, p => new LogSink(log, MetricsKitWiring.LoggerOf(p, LogSink.Category)));
        if (sinks.Instruments.Enabled) yield return new("instruments", sinks.Instruments, p => MakeInstruments(p, sinks.Instruments));
        if (sinks.File is { } file) yield return new("file", file, p => new FileSink(file, p.GetRequiredService<TimeProvider>(), MetricsKitWiring.LoggerOf(p)));
        if (sinks.InfluxDb is { } influxDb) yield return new("influxdb", influxDb, services => new InfluxDbSink(influxDb, MetricsKitWiring.LoggerOf(services)));
        foreach (var added in provider.GetRequiredService<MetricsKitRegistrations>().Sinks) yield return added;
    }

    static InstrumentsSink MakeInstruments(IServiceProvider provider, InstrumentsSinkOptions options)
    {
        provider.GetRequiredService<SnapshotBuilder>(); // gives out the names
        return new(provider.GetRequiredService<InstrumentRegistry>(), options, MetricsKitWiring.LoggerOf(provider), new(OptionsOf(provider).Tags));
    }

    /// <summary>Two sinks of one type are told apart in the log and in the kit's own metrics.</summary>
    static string Distinct(string name, HashSet<string> names)
    {
        string distinct = name;
        for (int n = 2; !names.Add(distinct); n++) distinct = $"{name}-{n}";
        return distinct;
    }

    static MetricsKitOptions OptionsOf(IServiceProvider provider) => provider.GetRequiredService<IOptions<MetricsKitOptions>>().Value;
}
