using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MetricsKit;

/// <summary>Which exporters a host has: those of the configuration, and those that were added.</summary>
static class ExporterWiring
{
    const string OtlpPath = MetricsKitConfiguration.SectionName + ":Otlp";

    /// <remarks>
    /// It asks for the source by its contract: a container disposes of what it handed out last first, under each name that it was asked for,
    /// and the source must outlive the monitor, which takes the last totals while it is disposed of.
    /// </remarks>
    internal static ExporterMonitor MakeMonitor(IServiceProvider provider) =>
        new(provider.GetRequiredService<IMetricsSnapshotSource>(), provider.GetRequiredService<TimeProvider>(), MetricsKitWiring.LoggerOf(provider), OptionsOf(provider).Recorder.ShutdownTimeout);

    /// <summary>Makes the exporters and begins their rounds; a kit that is switched off has none.</summary>
    internal static ExporterMonitor? Start(IServiceProvider provider)
    {
        var options = OptionsOf(provider);
        if (!options.Enabled) return null;
        var monitor = provider.GetRequiredService<ExporterMonitor>();
        foreach (var registration in ExportersOf(options, provider.GetRequiredService<MetricsKitRegistrations>())) monitor.Start(registration.Name, registration.Make(provider), registration.Options);
        return monitor;
    }

    /// <summary>Everything that is wrong with them, a sentence each.</summary>
    internal static IEnumerable<string> Faults(MetricsKitOptions options, MetricsKitRegistrations registrations)
    {
        if (options.Json is { } json)
        {
            foreach (string fault in json.Faults($"{MetricsKitConfiguration.SectionName}:Json")) yield return fault;
        }
        if (options.Otlp is { } otlp)
        {
            foreach (string fault in otlp.Faults(OtlpPath).Concat(OtlpCertificates.Faults(otlp, OtlpPath))) yield return fault;
        }
        foreach (var added in registrations.Exporters)
        {
            foreach (string fault in added.Options.Faults($"AddExporter {added.Name}")) yield return fault;
        }
        Dictionary<string, int> named = new(StringComparer.Ordinal);
        foreach (var exporter in ExportersOf(options, registrations))
        {
            named.TryGetValue(exporter.Name, out int before);
            named[exporter.Name] = before + 1;
            if (before == 0 && string.IsNullOrWhiteSpace(exporter.Name)) yield return "AddExporter was given an empty name: leave it out, or say what the exporter is called.";
            else if (before == 1 && !string.IsNullOrWhiteSpace(exporter.Name)) yield return $"Two exporters are called '{exporter.Name}': give AddExporter a name for one of them.";
        }
    }

    static IEnumerable<ExporterRegistration> ExportersOf(MetricsKitOptions options, MetricsKitRegistrations registrations)
    {
        if (options.Json is { } json)
        {
            if (json.Path.Length > 0) yield return new("json_file", json, _ => new JsonFileExporter(json.Path));
            if (json.Url.Length > 0) yield return new("json_http", json, _ => new JsonHttpExporter(json));
        }
        if (options.Otlp is { } otlp) yield return new("otlp", otlp, services => new OtlpExporter(otlp, "otlp", MetricsKitWiring.LoggerOf(services), services.GetRequiredService<TimeProvider>()));
        foreach (var added in registrations.Exporters) yield return added;
    }

    static MetricsKitOptions OptionsOf(IServiceProvider provider) => provider.GetRequiredService<IOptions<MetricsKitOptions>>().Value;
}
