namespace MetricsKit;

/// <summary>What an exporter of the kit's own may have beside what everybody's has, for the pump that runs it.</summary>
interface IPumpedExporter : IMetricExporter
{
    /// <summary>What became of each data point.</summary>
    PointLedger Ledger { get; }

    /// <summary>The next export is the last one: what is put off then is lost.</summary>
    void ExpectLast();
}
