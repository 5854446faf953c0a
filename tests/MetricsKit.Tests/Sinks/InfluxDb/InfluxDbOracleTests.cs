using FsCheck.Fluent;
using MetricsKit.Testing;
using MetricsKit.Tests.Formats;
using Xunit;

namespace MetricsKit.Tests.Sinks.InfluxDb;

/// <summary>What the sink writes is what the real server gives back, to the last bit, also after it has read its own files again.</summary>
public sealed class InfluxDbOracleTests
{
    const int Series = 400;

    [InfluxDbFact]
    [Trait("Requirement", "S2-066")]
    public async Task Points_OfHostileSeries_ComeBackBitForBit()
    {
        await using var server = await RealInfluxDb.StartAsync();
        using InfluxDbRig rig = new(server.Address);
        var samples = Hostile();
        foreach (var some in samples.Chunk(300)) await rig.WriteAsync(some);
        await Compare(server, rig.Database, samples);
        await server.RestartAsync();
        await Compare(server, rig.Database, samples);
    }

    static async Task Compare(RealInfluxDb server, string database, Sample[] samples)
    {
        foreach (var expected in samples.GroupBy(static s => LineProtocolRig.Measurement(s.Series.Name)))
        {
            var read = await server.ReadAsync(database, expected.Key);
            Assert.Equal(
                expected.Select(static s => Spelt((s.Timestamp - DateTime.UnixEpoch).Ticks * 100, s.Value, LineProtocolRig.Tags(s.Series))).Order(StringComparer.Ordinal),
                read.Select(static p => Spelt(p.Time, p.Value, p.Tags)).Order(StringComparer.Ordinal));
        }
    }

    static string Spelt(long time, double value, IReadOnlyDictionary<string, string> tags) =>
        $"{time} {BitConverter.DoubleToInt64Bits(value):x} {string.Join('\n', tags.OrderBy(static t => t.Key, StringComparer.Ordinal).Select(static t => $"{t.Key}={t.Value}"))}";

    static Sample[] Hostile()
    {
        var names = HostileText.Names.Generator.Where(static n => n.Length is > 0 and <= 255 && !n.Any(char.IsControl)).Sample(4 * Series, 100);
        var values = HostileText.LabelValues.Generator.Sample(2 * Series, 100);
        var numbers = HostileNumbers.FiniteDoubles.Generator.Sample(2 * Series, 100);
        List<Sample> samples = [];
        for (int i = 0; i < Series; i++)
        {
            SampleSeries series = new(names[4 * i], SampleKind.Gauge, new(names[4 * i + 1], values[2 * i]), new(names[4 * i + 2], values[2 * i + 1]), new("time", "now"), new("n", names[4 * i + 3]));
            // Each its own moment, since some series become the same one in InfluxDB; the first two are of one second.
            samples.Add(new(series, InfluxDbRig.Now.AddTicks(2 * i), numbers[2 * i]));
            samples.Add(new(series, InfluxDbRig.Now.AddTicks(2 * i + 1), numbers[2 * i + 1]));
        }
        return [.. samples];
    }
}
