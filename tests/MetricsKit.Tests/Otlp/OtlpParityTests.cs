using System.Diagnostics.Metrics;
using MetricsKit.Testing;
using MetricsKit.Tests.Aggregation;
using OpenTelemetry.Metrics;
using Xunit;

namespace MetricsKit.Tests.Otlp;

/// <summary>The same work by ordinary instruments, through our exporter and through OpenTelemetry's, means the same to one receiver.</summary>
public sealed class OtlpParityTests
{
    const int IdleRound = 2;

    static readonly OtlpDifference[] Always =
    [
        Of("The resource: ours has host and process and the kit's tags, and theirs names their SDK.", static f => f.Subject == "resource"),
        Of("Values of tags: ours are text, which is how the snapshot tells series apart (I10).", static f => Says(f, "type of ")),
        Of("Tags that are null or empty: ours are as if they had not been there (I10).", static f => Says(f, "empty ")),
        Of("Tags of one key: of ours the last one counts (I10), theirs all stand there, which the format forbids.", static f => Says(f, "repeated ")),
        Of("Tags of the meter: ours stand on each point as well as on the scope, as they do in every other format.", static f => Says(f, "scope's ")),
        Of("Schema: theirs names the conventions that their SDK's resource follows; ours promises none.", static f => f.Aspect == "schema"),
        Of("Start: ours is the subscription, theirs the provider or the last export.", static f => f.Aspect == "start"),
        Of("Time: each reads when it is asked, and looks at its own clock.", static f => f.Aspect == "time" || f.Aspect.EndsWith(" time", StringComparison.Ordinal)),
        Of("Least and largest measurement of a histogram: ours keeps neither, for it would cost every call.", static f => f.Aspect is "min" or "max"),
        Of("Bounds of a histogram in seconds that advises none: ours are those of OpenTelemetry's HTTP durations, theirs fit milliseconds.", static f => f.Aspect is "bounds" or "buckets" && IsOf(f, "work.duration")),
        Of("Descriptions: ours gives an instrument without one a sentence, since the row of a catalogue always has one.", static f => f.Aspect == "description"),
        Of("Whole numbers of gauges and observed instruments: ours are doubles.", static f => f.Aspect == "number" && (IsOf(f, "work.stage") || IsOf(f, "observed."))),
    ];

    static readonly OtlpDifference[] NotCumulative =
    [
        new("Gauges that were not set since the last export: ours come again, since a gauge is what it is.", static t => t is { Round: IdleRound, IsOurs: true } && (IsOf(t.Fact, "work.level") || IsOf(t.Fact, "work.stage"))),
    ];

    static readonly OtlpDifference[] Delta =
    [
        new("Observed counters that stood still: theirs send a delta of zero, ours nothing.", static t => t is { Round: IdleRound, IsOurs: false } && IsOf(t.Fact, "observed.jobs")),
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
        List<(IReadOnlyList<OtlpFact> Ours, IReadOnlyList<OtlpFact> Theirs)> rounds = [];
        for (int round = 0; round < 4; round++)
        {
            if (round == 0) Trace.Recorded(work.DoOnce);
            work.Do(random, round == IdleRound ? 0 : 50);
            time.Advance(TimeSpan.FromMinutes(1));

            using var snapshot = await kit.SnapshotAsync();
            var ours = OtlpFact.Of(await rig.ExportAsync(snapshot), meter.Name);
            await receiver.ResetAsync();
            sdk.Export();
            rounds.Add((ours, OtlpFact.Of(await receiver.MetricsAsync(), meter.Name)));
        }

        OtlpDifference.AssertAllThereIs([.. Always, .. temporality == OtlpTemporality.Cumulative ? [] : NotCumulative, .. temporality == OtlpTemporality.Delta ? Delta : []], rounds);
    }

    static OtlpDifference Of(string why, Func<OtlpFact, bool> concerns) => new(why, t => concerns(t.Fact));

    static bool Says(OtlpFact fact, string aspect) => fact.Aspect.StartsWith(aspect, StringComparison.Ordinal);

    static bool IsOf(OtlpFact fact, string metric) => fact.Subject.StartsWith(metric, StringComparison.Ordinal);
}
