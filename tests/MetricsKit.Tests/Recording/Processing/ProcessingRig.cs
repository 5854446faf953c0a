using MetricsKit.Testing;

namespace MetricsKit.Tests.Recording.Processing;

/// <summary>A chain of steps with its log and its clock.</summary>
sealed class ProcessingRig
{
    readonly SampleProcessorChain _chain;

    public ProcessingRig(params ISampleProcessor[] steps) : this(new(), steps) { }

    public ProcessingRig(ProcessingOptions options, params ISampleProcessor[] steps) => _chain = SampleProcessorChain.Of(options, steps, Log, Time)!;

    public LogLines Log { get; } = new();

    public FakeTimeProvider Time { get; } = new();

    public (long Filtered, long Failed) Counts => (_chain.Filtered, _chain.Failed);

    public static SampleSeries Series(string name, params KeyValuePair<string, string>[] tags) => new(name, SampleKind.Gauge, tags);

    public static KeyValuePair<string, string> Tag(string key, string value) => new(key, value);

    /// <summary>What the sinks see; null: nothing.</summary>
    public Sample? Run(SampleSeries series, double value = 1)
    {
        Sample sample = new(series, DateTime.UnixEpoch, value);
        return _chain.TryProcess(ref sample) ? sample : null;
    }

    /// <summary>What the sinks see, as <c>name{key=value,…} value</c>; empty: nothing.</summary>
    public string Read(SampleSeries series, double value = 1) =>
        Run(series, value) is { } sample ? FormattableString.Invariant($"{sample.Series.Name}{{{string.Join(',', sample.Series.Tags.Select(static t => $"{t.Key}={t.Value}"))}}} {sample.Value}") : "";
}
