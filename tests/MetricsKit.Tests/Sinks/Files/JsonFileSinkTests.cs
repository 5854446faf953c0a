using Xunit;

namespace MetricsKit.Tests.Sinks.Files;

/// <summary>The file sink with JSON lines, whose files are left as they are.</summary>
[Trait("Requirement", "S2-068")]
public sealed class JsonFileSinkTests : MetricSinkConformance
{
    private protected override SinkRig Make() => new FileRig("json", compress: false);
}
