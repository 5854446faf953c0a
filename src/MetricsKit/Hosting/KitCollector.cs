using Microsoft.Extensions.DependencyInjection;

namespace MetricsKit;

/// <summary>Publishes the plain counters of the rooms.</summary>
sealed class KitCollector(KitMetrics metrics, InstrumentRegistry registry, SnapshotBuilder builder, CollectorMonitor collectors, ScrapeLedger scrapes, LimitReporter limits, IServiceProvider services) : ICollector
{
    readonly InstrumentPolicy _policy = services.GetRequiredService<InstrumentPolicy>();
    readonly MetricsKitLifetime _lifetime = services.GetRequiredService<MetricsKitLifetime>();
    readonly FoldTotals _folds = new();
    SnapshotSource? _source;
    ExporterMonitor? _exporters;
    bool _buildTold;

    public void Collect()
    {
        bool enabled = _policy.Enabled;
        metrics.Enabled.Observe(enabled ? 1 : 0);
        if (!enabled) return;
        if (!_buildTold) TellBuild();
        var (source, exporters) = Watch();
        metrics.Series.Observe(registry.Budget.Used);
        metrics.MeasurementsRejected.Observe(registry.Ledger.Read(LedgerEntry.NotFinite), "not_finite");
        metrics.MeasurementsRejected.Observe(registry.Ledger.Read(LedgerEntry.Negative), "negative");
        metrics.MeasurementsRejected.Observe(registry.Ledger.Read(LedgerEntry.PastLimit), "past_limit");
        metrics.TagValuesTruncated.Observe(registry.Ledger.Read(LedgerEntry.TruncatedTag));
        metrics.ListenerErrors.Observe(registry.Ledger.Read(LedgerEntry.ListenerError));
        metrics.NameConflicts.Observe(builder.ConflictCount);
        limits.Report(builder.TakeNewConflicts());
        metrics.CellBytes.Observe(CellSpace.Bytes);
        metrics.CellThreads.Observe(CellSpace.StoreCount);
        metrics.Snapshots.Observe(source.Reads);
        metrics.SnapshotDuration.Observe(source.LastSeconds);
        metrics.Scrapes.Observe(scrapes.Text, "text");
        metrics.Scrapes.Observe(scrapes.OpenMetrics, "openmetrics");
        metrics.ScrapeErrors.Observe(scrapes.Failures);
        if (_lifetime.Recorder is { } recorder) metrics.Observe(recorder);
        foreach (var exporter in exporters.Pumps)
        {
            metrics.Exports.Observe(exporter.Ledger.Successes, exporter.Name, "success");
            metrics.Exports.Observe(exporter.Ledger.Failures, exporter.Name, "failure");
            metrics.Exports.Observe(exporter.Ledger.Timeouts, exporter.Name, "timeout");
            if (exporter.Points is not { } points) continue;
            metrics.ExporterPoints.Observe(points.Accepted, exporter.Name, "accepted");
            metrics.ExporterPoints.Observe(points.Rejected, exporter.Name, "rejected");
            metrics.ExporterPoints.Observe(points.Refused, exporter.Name, "refused");
            metrics.ExporterPoints.Observe(points.Unsent, exporter.Name, "unsent");
            metrics.ExporterPoints.Observe(points.InDoubt, exporter.Name, "in_doubt");
        }
        foreach (var faults in collectors.Faults)
        {
            metrics.CollectorErrors.Observe(faults.Errors, faults.Name);
            metrics.CollectorTimeouts.Observe(faults.Hangs, faults.Name);
        }
        metrics.CollectorsHeldBack.Observe(collectors.HeldBack);
        metrics.CollectorsAbsent.Observe(collectors.Absent().Count);
        foreach (var meter in registry.Meters)
        {
            foreach (var instrument in meter.All)
            {
                if (instrument?.Table is not { IsLimited: true } table) continue;
                if (table.Overflow is not null) _folds.Count(instrument, table.Folded);
                limits.Report(meter.Definition, instrument.Definition, table, registry);
            }
        }
        foreach (var (name, folded) in _folds.Totals()) metrics.SeriesFolded.Observe(folded, name);
    }

    /// <summary>Takes hold of what needs the collectors and cannot be asked for in a constructor. With the start of the kit: a container that is being disposed of answers no more, and an OpenTelemetry provider may read then for the first time.</summary>
    internal (SnapshotSource Source, ExporterMonitor Exporters) Watch() => (_source ??= services.GetRequiredService<SnapshotSource>(), _exporters ??= services.GetRequiredService<ExporterMonitor>());

    /// <summary>With the first snapshot, since asking the runtime and the system for their names takes milliseconds that the start does not have.</summary>
    void TellBuild()
    {
        var build = BuildTexts.OfProcess;
        metrics.Build.Set(build.Version, build.Revision, build.Application, build.ApplicationVersion, build.Runtime, build.System, build.Architecture);
        _buildTold = true;
    }
}
