using System.Diagnostics.CodeAnalysis;
using MetricsKit;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds sinks, processors and exporters to the kit.</summary>
public static class MetricsKitSinkExtensions
{
    /// <summary>Adds a sink of recorded samples. The kit makes it when the host starts, and disposes of it after its last batch.</summary>
    /// <param name="builder">The kit.</param>
    /// <param name="name">What it is called in the log and in the kit's own metrics; null: like its type.</param>
    /// <param name="configure">Sets its queue, its deadline and its retries.</param>
    /// <typeparam name="TSink">The sink; the container provides what its constructor needs.</typeparam>
    public static IMetricsKitBuilder AddSink<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TSink>(this IMetricsKitBuilder builder, string? name = null, Action<SinkOptions>? configure = null) where TSink : class, IMetricSink
    {
        ArgumentNullException.ThrowIfNull(builder);
        SinkOptions options = new();
        configure?.Invoke(options);
        builder.Services.AddSingleton(new SinkRegistration(name ?? typeof(TSink).Name, options, static services => ActivatorUtilities.CreateInstance<TSink>(services)));
        return builder;
    }

    /// <summary>Writes recorded samples as lines into files of a directory; the section <c>MetricsKit:Sinks:File</c> does the same.</summary>
    /// <param name="builder">The kit.</param>
    /// <param name="configure">Sets the directory and the rest.</param>
    public static IMetricsKitBuilder AddFileSink(this IMetricsKitBuilder builder, Action<FileSinkOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return Configure(builder, options => configure(options.Sinks.File ??= new()));
    }

    /// <summary>Writes recorded samples to InfluxDB; the section <c>MetricsKit:Sinks:InfluxDb</c> does the same.</summary>
    /// <param name="builder">The kit.</param>
    /// <param name="configure">Sets the server and the rest.</param>
    public static IMetricsKitBuilder AddInfluxDbSink(this IMetricsKitBuilder builder, Action<InfluxDbSinkOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return Configure(builder, options => configure(options.Sinks.InfluxDb ??= new()));
    }

    /// <summary>Writes recorded samples to the host's log; the section <c>MetricsKit:Sinks:Log</c> does the same.</summary>
    /// <param name="builder">The kit.</param>
    /// <param name="configure">Sets the level.</param>
    public static IMetricsKitBuilder AddLogSink(this IMetricsKitBuilder builder, Action<LogSinkOptions>? configure = null) =>
        Configure(builder, options =>
        {
            var log = options.Sinks.Log ??= new();
            configure?.Invoke(log);
        });

    /// <summary>Adds an exporter of snapshots. The kit makes it when the host starts, and disposes of it after its last snapshot.</summary>
    /// <param name="builder">The kit.</param>
    /// <param name="name">What it is called in the log and in the kit's own metrics, once in a host; null: like its type.</param>
    /// <param name="configure">Sets its interval and its deadline.</param>
    /// <typeparam name="TExporter">The exporter; the container provides what its constructor needs.</typeparam>
    /// <remarks>A kit that is switched off (<see cref="MetricsKitOptions.Enabled"/>) makes no exporter.</remarks>
    public static IMetricsKitBuilder AddExporter<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TExporter>(this IMetricsKitBuilder builder, string? name = null, Action<ExporterOptions>? configure = null) where TExporter : class, IMetricExporter
    {
        ArgumentNullException.ThrowIfNull(builder);
        ExporterOptions options = new();
        configure?.Invoke(options);
        builder.Services.AddSingleton(new ExporterRegistration(name ?? typeof(TExporter).Name, options, static services => ActivatorUtilities.CreateInstance<TExporter>(services)));
        return builder;
    }

    /// <summary>Exports each snapshot as a JSON document; the section <c>MetricsKit:Json</c> does the same.</summary>
    /// <param name="builder">The kit.</param>
    /// <param name="configure">Sets file, URL and interval.</param>
    public static IMetricsKitBuilder AddJsonExporter(this IMetricsKitBuilder builder, Action<JsonExporterOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return Configure(builder, options => configure(options.Json ??= new()));
    }

    /// <summary>Exports each snapshot in OTLP, to an OpenTelemetry collector or whatever else takes it; the section <c>MetricsKit:Otlp</c> does the same.</summary>
    /// <param name="builder">The kit.</param>
    /// <param name="configure">Sets the endpoint and the rest; null: as the section says, and behind it the variables <c>OTEL_EXPORTER_OTLP_*</c> of the OpenTelemetry specification.</param>
    public static IMetricsKitBuilder AddOtlpExporter(this IMetricsKitBuilder builder, Action<OtlpExporterOptions>? configure = null) =>
        Configure(builder, options =>
        {
            var otlp = options.Otlp ??= options.BeginOtlp();
            configure?.Invoke(otlp);
        });

    /// <summary>Adds a step between recorder and sinks, behind those that were added before and behind those of the section <c>MetricsKit:Processing</c>.</summary>
    /// <param name="builder">The kit.</param>
    /// <typeparam name="TProcessor">The step; the container makes it and disposes of it.</typeparam>
    public static IMetricsKitBuilder AddSampleProcessor<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TProcessor>(this IMetricsKitBuilder builder) where TProcessor : class, ISampleProcessor
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton<ISampleProcessor, TProcessor>();
        return builder;
    }

    /// <summary>Adds a step between recorder and sinks, such as one of <see cref="SampleProcessors"/>, behind those that were added before and behind those of the section <c>MetricsKit:Processing</c>.</summary>
    /// <param name="builder">The kit.</param>
    /// <param name="processor">The step, for this host alone: its one thread calls it.</param>
    public static IMetricsKitBuilder AddSampleProcessor(this IMetricsKitBuilder builder, ISampleProcessor processor)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(processor);
        builder.Services.AddSingleton(processor);
        return builder;
    }

    static IMetricsKitBuilder Configure(IMetricsKitBuilder builder, Action<MetricsKitOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        CodeOptions.AddTo(builder.Services, configure);
        return builder;
    }
}
