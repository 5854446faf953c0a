using Xunit;

namespace MetricsKit.Tests.Sinks.Files;

/// <summary>The file sink with CSV, whose closed files are compressed meanwhile.</summary>
[Trait("Requirement", "S2-069")]
public sealed class CsvFileSinkTests : MetricSinkConformance
{
    private protected override SinkRig Make() => new FileRig("csv", compress: true);
}
