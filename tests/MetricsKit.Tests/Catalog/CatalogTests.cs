using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using MetricsKit.Tests.Approved;
using Xunit;

namespace MetricsKit.Tests.Catalog;

public sealed class CatalogTests
{
    [Fact]
    public void Catalog_NamesTypesLabelsUnitsBoundsLimitsAndKeys_AreAsApproved()
    {
        StringBuilder text = new();
        foreach (var meter in MetricsKitCatalog.Meters.Select(static m => m.Definition))
        {
            text.Append(CultureInfo.InvariantCulture, $"meter {meter.Name}, group {meter.Group}\n");
            foreach (var row in meter.Instruments) Describe(row, text);
        }
        text.Append("configuration\n");
        foreach (string key in Keys(typeof(MetricsKitOptions), new MetricsKitOptions(), "MetricsKit").Order(StringComparer.Ordinal)) text.Append(CultureInfo.InvariantCulture, $"  {key}\n");
        Approval.Matches("catalog.txt", text.ToString());
    }

    [Fact]
    public void OwnMetrics_Names_AreThisClosedList() =>
        Assert.Equal(
            [
                "metricskit_enabled", "metricskit_build_info", "metricskit_series", "metricskit_series_folded_total", "metricskit_measurements_rejected_total",
                "metricskit_tag_values_truncated_total", "metricskit_listener_errors_total", "metricskit_name_conflicts",
                "metricskit_cell_bytes", "metricskit_cell_threads", "metricskit_collector_errors_total", "metricskit_collector_timeouts_total", "metricskit_collector_skipped_total", "metricskit_collectors_quarantined",
                "metricskit_snapshots_total", "metricskit_snapshot_duration_seconds", "metricskit_scrapes_total", "metricskit_scrape_errors_total", "metricskit_exports_total", "metricskit_exporter_points_total",
                "metricskit_samples_accepted_total", "metricskit_samples_rejected_total", "metricskit_samples_dropped_total", "metricskit_samples_filtered_total", "metricskit_samples_buffered",
                "metricskit_sink_samples_acknowledged_total", "metricskit_sink_samples_dropped_total", "metricskit_sink_samples_queued", "metricskit_sink_samples_in_flight", "metricskit_sink_queue_bytes",
                "metricskit_sink_failures_total", "metricskit_sink_timeouts_total", "metricskit_sink_up",
            ],
            KitMetrics.Definition.Instruments.Select(static row => PrometheusName.Of(row, "")));

    [Fact]
    public void Catalog_ExportedNames_AreDistinctInOpenMetrics()
    {
        var names = MetricsKitCatalog.Meters.SelectMany(static m => m.Definition.Instruments).Select(static row => PrometheusName.WithoutTotal(PrometheusName.Of(row, ""))).ToArray();
        Assert.Equal(names.Distinct(), names);
    }

    [Fact]
    public void Catalog_Descriptions_AreSentences() =>
        Assert.All(MetricsKitCatalog.Meters.SelectMany(static m => m.Definition.Instruments), static row =>
        {
            Assert.True(char.IsUpper(row.Description[0]), row.Name);
            Assert.EndsWith(".", row.Description, StringComparison.Ordinal);
        });

    static void Describe(InstrumentDefinition row, StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"  {row.Name}\n    {(row.IsInfo ? "Info" : row.Kind.ToString())} in '{row.Unit}' as {PrometheusName.Of(row, "")}, at most {row.MaxSeries} series\n");
        foreach (var key in row.TagKeys) text.Append(CultureInfo.InvariantCulture, $"    {key.Name}: {(key.IsClosed ? string.Join(", ", key.Values) : "open")}\n");
        if (row.Kind == InstrumentKind.Histogram) text.Append(CultureInfo.InvariantCulture, $"    bounds {string.Join(", ", row.Bounds.Select(FamilyText.FormatBound))}\n");
        if (row.Source is { } source) text.Append(CultureInfo.InvariantCulture, $"    from {source.Name}\n");
    }

    /// <summary>The keys under a section, from the shape of the options; a test of the binding proves that each sets what it names.</summary>
    static IEnumerable<string> Keys(Type type, object? options, string path)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            string key = $"{path}:{property.Name}";
            var of = property.PropertyType;
            if (of.IsAssignableTo(typeof(Delegate))) continue; // for code alone
            object? value = options is null ? null : property.GetValue(options);
            if (of.IsGenericType && of.GetGenericTypeDefinition() == typeof(IDictionary<,>) && of.GetGenericArguments()[1] is var item)
            {
                if (item.IsGenericType) yield return $"{key}:<name>:<0..n>";
                else if (item == typeof(string) || item.IsPrimitive) yield return $"{key}:<name>";
                else foreach (string inner in Keys(item, Activator.CreateInstance(item), key + ":<name>")) yield return inner;
            }
            else if (of != typeof(string) && of.IsAssignableTo(typeof(IEnumerable))) yield return $"{key}:<0..n>";
            else if (of.IsClass && of != typeof(string))
            {
                foreach (string inner in Keys(of, value, key)) yield return inner;
            }
            else yield return string.Create(CultureInfo.InvariantCulture, $"{key} = {value ?? "null"}");
        }
    }
}
