using Microsoft.Extensions.Logging;

namespace MetricsKit;

/// <summary>The steps between recorder and sinks, one after another. Used by one thread; its counts may be read by any.</summary>
sealed partial class SampleProcessorChain
{
    /// <summary>So long a step works without a failure before the next one is news. Arbitrary: longer than a person needs to read the log.</summary>
    static readonly TimeSpan _calm = TimeSpan.FromMinutes(1);

    readonly Step[] _steps;
    readonly ILogger _logger;
    readonly TimeProvider _time;

    // Written by the one thread alone.
    long _filtered, _failed;

    SampleProcessorChain(IEnumerable<ISampleProcessor> steps, ILogger logger, TimeProvider time)
    {
        _steps = [.. steps.Select(static s => new Step(s))];
        (_logger, _time) = (logger, time);
    }

    /// <summary>Those of the configuration, then those of code; null when there are none.</summary>
    internal static SampleProcessorChain? Of(ProcessingOptions options, IEnumerable<ISampleProcessor> processors, ILogger logger, TimeProvider time)
    {
        ISampleProcessor[] all = ConfiguredProcessing.Of(options) is { } configured ? [configured, .. processors] : [.. processors];
        return all.Length == 0 ? null : new(all, logger, time);
    }

    /// <summary>Samples that a step left out.</summary>
    internal long Filtered => Volatile.Read(ref _filtered);

    /// <summary>Samples that were dropped because a step threw, or made of them what no sink may see.</summary>
    internal long Failed => Volatile.Read(ref _failed);

    /// <summary>Runs the steps on a sample; false when it goes to no sink, which is counted.</summary>
    internal bool TryProcess(ref Sample sample)
    {
        foreach (var step in _steps)
        {
            try
            {
                if (!step.Processor.Process(ref sample))
                {
                    Volatile.Write(ref _filtered, _filtered + 1);
                    if (step.Failures > 0) Watch(step);
                    return false;
                }
            }
            catch (Exception e)
            {
                Fail(step, e.GetType().Name, e.Message);
                return false;
            }
            if (DescribeFault(sample) is { } fault)
            {
                Fail(step, nameof(Sample), fault);
                return false;
            }
            if (step.Failures > 0) Watch(step);
        }
        if (sample.Timestamp.Kind == DateTimeKind.Local) sample = sample with { Timestamp = sample.Timestamp.ToUniversalTime() };
        return true;
    }

    static string? DescribeFault(in Sample sample)
    {
        if (sample.Series is not { } series) return "the step made a sample without a series";
        if (!double.IsFinite(sample.Value)) return "the step made a value that is not finite";
        return sample.Value < 0 && series.Kind == SampleKind.Counter ? "the step made a negative value of a counter" : null;
    }

    void Fail(Step step, string fault, string message)
    {
        Volatile.Write(ref _failed, _failed + 1);
        step.LastFailure = _time.GetTimestamp();
        if (step.Failures++ == 0) LogFailure(_logger, step.Name, fault, message);
    }

    // The clock is read only while a step is under suspicion.
    void Watch(Step step)
    {
        if (_time.GetElapsedTime(step.LastFailure) < _calm) return;
        LogRecovery(_logger, step.Name, step.Failures);
        step.Failures = 0;
    }

    [LoggerMessage(31, LogLevel.Warning, "The sample processor {Processor} failed ({Fault}: {Message}): the sample is dropped and counted. Further failures are not logged until it has worked for a minute.")]
    static partial void LogFailure(ILogger logger, string processor, string fault, string message);

    [LoggerMessage(32, LogLevel.Information, "The sample processor {Processor} works again; {Failures} samples were dropped.")]
    static partial void LogRecovery(ILogger logger, string processor, long failures);

    sealed class Step(ISampleProcessor processor)
    {
        internal readonly ISampleProcessor Processor = processor;
        internal long Failures, LastFailure;

        internal string Name => Processor is BuiltInProcessor known ? known.Name : Processor.GetType().Name;
    }
}
