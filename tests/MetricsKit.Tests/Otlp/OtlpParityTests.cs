using System.Diagnostics.Metrics;
using MetricsKit.Testing;
using MetricsKit.Tests.Aggregation;
using OpenTelemetry.Metrics;
using Xunit;

namespace MetricsKit.Tests.Otlp;

/// <summary>The same work by ordinary instruments, through our exporter and through OpenTelemetry's, means the same to one receiver.</summary>
public sealed class OtlpParityTests
{
    static readonly string[] Histograms = ["work.wait", "work.size"];

    static readonly OtlpDifference[] Differences =
    [
        new("The resource: ours has host and process and the kit's tags, and theirs names their SDK.", static f => f.Subject == "resource"),
        new("Values of tags: ours are text, which is how the snapshot tells series apart (I10).", static f => f.Aspect.StartsWith("type of ", StringComparison.Ordinal)),
        new("Tags of the meter: ours stand on each point as well as on the scope, as they do in every other format.", static f => f.Aspect.StartsWith("scope's ", StringComparison.Ordinal)),
        new("Schema: theirs names the conventions that their SDK's resource follows; ours promises none.", static f => f.Aspect == "schema"),
        new("Start: ours is the subscription, theirs the provider or the last export.", static f => f.Aspect == "start"),
        new("Time: each reads when it is asked.", static f => f.Aspect == "time"),
        new("Least and largest measurement of a histogram: ours keeps neither, for it would cost every call.", static f => f.Aspect is "min" or "max" && Histograms.Any(h => f.Subject.StartsWith(h, StringComparison.Ordinal))),
        new("Descriptions: ours gives an instrument without one a sentence, since the row of a catalogue always has one.", static f => f.Aspect == "description"),
        new("Whole numbers of gauges and observed instruments: ours are doubles.", static f => f.Aspect == "number" && (f.Subject.StartsWith("work.stage", StringComparison.Ordinal) || f.Subject.StartsWith("observed.", StringComparison.Ordinal))),
    ];

    [OtlpReceiverTheory]
    [InlineData(Carriage.Http, OtlpTemporality.Cumulative)]
    [InlineData(Carriage.Http, OtlpTemporality.Delta)]
    [InlineData(Carriage.Grpc, OtlpTemporality.Cumulative)]
    [InlineData(Carriage.Grpc, OtlpTemporality.Delta)]
    [InlineData(Carriage.Http, OtlpTemporality.LowMemory)]
    public async Task Sdk_DoingTheSameWork_SaysTheSameButForWhatIsWrittenHere(Carriage carriage, OtlpTemporality temporality)
    {
        await using var rig = await OtlpRig.OpenAsync(carriage, o => o.Temporality = temporality);
        await using var receiver = await OtlpReceiver.OpenAsync();
        using Meter meter = new("OtlpParity." + Guid.NewGuid().ToString("N"), "4.5", [new("line", "north"), new("number", 7)]);
        FakeTimeProvider time = new(); // What is observed is read again only after a while.
        await using var kit = TestKit.Start(o => { o.Meters.Add(meter.Name); o.Exemplars = true; }, time: time);
        using SdkOtlp sdk = new(
            receiver, carriage == Carriage.Grpc, meter.Name,
            temporality == OtlpTemporality.Cumulative ? MetricReaderTemporalityPreference.Cumulative : temporality == OtlpTemporality.Delta ? MetricReaderTemporalityPreference.Delta : MetricReaderTemporalityPreference.LowMemory,
            static b => b.SetExemplarFilter(ExemplarFilterType.TraceBased));
        var work = ForeignWork.Of(meter);
        Random random = new(23);
        for (int round = 0; round < 4; round++)
        {
            if (round == 0) Trace.Recorded(work.DoOnce);
            work.Do(random, round == 2 ? 0 : 50);
            time.Advance(TimeSpan.FromMinutes(1));

            using var snapshot = await kit.SnapshotAsync();
            var ours = OtlpFact.Of(await rig.ExportAsync(snapshot), meter.Name);
            await receiver.ResetAsync();
            sdk.Export();
            var theirs = OtlpFact.Of(await receiver.MetricsAsync(), meter.Name);

            OtlpDifference.AssertAllThereIs(ours, theirs, Differences);
        }
    }
}
