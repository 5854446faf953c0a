using MetricsKit.Testing;
using MetricsKit.Tests.Formats;
using Xunit;

namespace MetricsKit.Tests.Sinks.InfluxDb;

/// <summary>The sink and a real server that takes, refuses and forgets.</summary>
[Collection(SharedInfluxDb.Name)]
public sealed class InfluxDbSinkTests(SharedInfluxDb shared)
{
    static readonly SampleSeries _heat = new("heat", SampleKind.Gauge, new KeyValuePair<string, string>("line", "3"));

    [InfluxDbFact]
    [Trait("Requirement", "S2-066")]
    [Trait("Requirement", "S2-017")]
    public async Task Database_ThatIsMissing_IsCreatedWithItsRetention()
    {
        using InfluxDbRig rig = new(shared.Server.Address, static o => (o.Database, o.RetentionPolicy) = ("it's \"quoted\"; DROP", "thirty \"days\""));
        await rig.WriteAsync(InfluxDbRig.Samples(_heat, 1));
        var policies = (await shared.Server.QueryAsync($"SHOW RETENTION POLICIES ON {InfluxDbStatements.Quote(rig.Database)}"))[0];
        Assert.Equal("[[\"thirty \\u0022days\\u0022\",\"720h0m0s\",\"24h0m0s\",1,true]]", policies.GetProperty("values").GetRawText().Replace("\\\"", "\\u0022", StringComparison.Ordinal));
        Assert.Single(await shared.Server.ReadAsync(rig.Database, "heat", rig.Options.RetentionPolicy));
    }

    [InfluxDbFact]
    public async Task RetentionPolicy_ThatIsMissing_IsCreatedBesideTheDefaultOne()
    {
        using InfluxDbRig rig = new(shared.Server.Address, static o => (o.RetentionPolicy, o.Retention) = ("week", TimeSpan.Zero));
        await shared.Server.QueryAsync($"CREATE DATABASE \"{rig.Database}\"");
        await rig.WriteAsync(InfluxDbRig.Samples(_heat, 3, step: TimeSpan.FromTicks(1)));
        Assert.Equal(3, (await shared.Server.ReadAsync(rig.Database, "heat", "week")).Count);
        Assert.Empty(await shared.Server.ReadAsync(rig.Database, "heat"));
        var policies = (await shared.Server.QueryAsync($"SHOW RETENTION POLICIES ON \"{rig.Database}\""))[0].GetProperty("values").EnumerateArray().Select(static p => $"{p[0]} {p[1]} {p[4]}");
        Assert.Equal(["autogen 0s True", "week 0s False"], policies);
    }

    [InfluxDbFact]
    public async Task Database_ThatIsMissingAndNotToBeCreated_IsAFailureThatSaysSo()
    {
        using InfluxDbRig rig = new(shared.Server.Address, static o => o.CreateDatabase = false);
        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => rig.WriteAsync(InfluxDbRig.Samples(_heat, 1)));
        Assert.Equal($"InfluxDB answered 404 database not found: \"{rig.Database}\": create it, or switch CreateDatabase on.", failure.Message);
    }

    [InfluxDbFact]
    public async Task Samples_OfOneMoment_StayApart()
    {
        const int Count = 4_096;
        using InfluxDbRig rig = new(shared.Server.Address);
        // Two handles of one series, of two kinds, and neighbours of the moment: InfluxDB sees one series.
        SampleSeries other = new("heat", SampleKind.Counter, new KeyValuePair<string, string>("line", "3"));
        await rig.WriteAsync(InfluxDbRig.Samples(_heat, Count));
        await rig.WriteAsync(InfluxDbRig.Samples(other, Count, InfluxDbRig.Now.AddTicks(1)));
        await rig.WriteAsync(InfluxDbRig.Samples(_heat, Count));
        var read = await shared.Server.ReadAsync(rig.Database, "heat");
        Assert.Equal(3 * Count, read.Count);
        Assert.Equal(3.0 * Count * (Count - 1) / 2, read.Sum(static p => p.Value));
        long moment = (InfluxDbRig.Now - DateTime.UnixEpoch).Ticks * 100;
        Assert.Equal((moment, moment + 3 * Count - 1), (read.Min(static p => p.Time), read.Max(static p => p.Time)));
    }

    [InfluxDbTheory]
    [InlineData("u", 1_000)]
    [InlineData("ms", 1_000_000)]
    [InlineData("s", 1_000_000_000)]
    [Trait("Requirement", "S2-066")]
    public async Task Precision_CoarserThanNanoseconds_IsWhatTheServerStores(string precision, long nanoseconds)
    {
        RecordedLog log = new();
        using InfluxDbRig rig = new(shared.Server.Address, o => o.Precision = precision, log);
        await rig.WriteAsync(new Sample(_heat, InfluxDbRig.Now, 1));
        var stored = Assert.Single(await shared.Server.ReadAsync(rig.Database, "heat"));
        Assert.Equal((InfluxDbRig.Now - DateTime.UnixEpoch).Ticks * 100 / nanoseconds * nanoseconds, stored.Time);
        Assert.Single(log.Messages); // that the database was created
        await rig.WriteAsync(new Sample(_heat, InfluxDbRig.Now, 2), new Sample(_heat, InfluxDbRig.Now, 3));
        await rig.WriteAsync(new Sample(_heat, InfluxDbRig.Now, 4));
        Assert.Equal(4, Assert.Single(await shared.Server.ReadAsync(rig.Database, "heat")).Value);
        Assert.Equal($"InfluxDB keeps only the last of several samples of heat with the same timestamp, since the precision is '{precision}': set Precision to 'ns' to keep all. This is not said again.", Assert.Single(log.Messages.Skip(1)));
    }

    [InfluxDbFact]
    public async Task Samples_OfAnotherType_AreCountedExactlyAndTheOthersTaken()
    {
        using InfluxDbRig rig = new(shared.Server.Address);
        await shared.Server.QueryAsync($"CREATE DATABASE \"{rig.Database}\"");
        // Integers of another program: in the weeks of the first and the last sample, not in that between.
        DateTime[] weeks = [InfluxDbRig.Now.AddDays(-14), InfluxDbRig.Now.AddDays(-7), InfluxDbRig.Now];
        foreach (var week in (DateTime[])[weeks[0], weeks[2]]) await shared.Server.WriteAsync(rig.Database, FormattableString.Invariant($"taken value=1i {(week - DateTime.UnixEpoch).Ticks * 100}"));
        var samples = weeks.SelectMany(static w => InfluxDbRig.Samples(new("taken"), 7, w, TimeSpan.FromTicks(1)).Concat(InfluxDbRig.Samples(_heat, 100, w, TimeSpan.FromTicks(1)))).ToArray();
        var refused = await Assert.ThrowsAsync<SamplesRejectedException>(() => rig.WriteAsync(samples));
        Assert.Equal(14, refused.Rejected);
        Assert.Contains("field type conflict", refused.Message, StringComparison.Ordinal);
        Assert.Equal(300, (await shared.Server.ReadAsync(rig.Database, "heat")).Count);
        Assert.Equal(7 + 2, (await shared.Server.ReadAsync(rig.Database, "taken")).Count);
    }

    [InfluxDbFact]
    public async Task Samples_BeyondTheRetention_AreCountedAndTheOthersTaken()
    {
        using InfluxDbRig rig = new(shared.Server.Address, static o => o.Retention = TimeSpan.FromHours(2));
        Sample[] samples = [.. InfluxDbRig.Samples(_heat, 5, InfluxDbRig.Now.AddDays(-3), TimeSpan.FromTicks(1)), .. InfluxDbRig.Samples(_heat, 6, InfluxDbRig.Now, TimeSpan.FromTicks(1))];
        var refused = await Assert.ThrowsAsync<SamplesRejectedException>(() => rig.WriteAsync(samples));
        Assert.Equal(5, refused.Rejected);
        Assert.Contains("points beyond retention policy", refused.Message, StringComparison.Ordinal);
        Assert.Equal(6, (await shared.Server.ReadAsync(rig.Database, "heat")).Count);
    }

    [InfluxDbFact]
    public async Task Samples_ThatNoLineCanHold_AreCountedAndTheOthersTaken()
    {
        using InfluxDbRig rig = new(shared.Server.Address);
        Sample[] samples = [new(_heat, InfluxDbRig.Now, 1), new(_heat, InfluxDbRig.Now, double.NaN), new(_heat, DateTime.MaxValue, 1), new(_heat, InfluxDbRig.Now, 2)];
        var refused = await Assert.ThrowsAsync<SamplesRejectedException>(() => rig.WriteAsync(samples));
        Assert.Equal(2, refused.Rejected);
        Assert.Equal([1, 2], (await shared.Server.ReadAsync(rig.Database, "heat")).Select(static p => p.Value));
    }

    [InfluxDbFact]
    public async Task Series_OfTheLongestTexts_IsTaken()
    {
        using InfluxDbRig rig = new(shared.Server.Address);
        SampleSeries longest = new(new string('界', 255), SampleKind.Gauge, [.. Enumerable.Range(0, 32).Select(static i => KeyValuePair.Create($"{i:D3}" + new string('界', 252), new string('界', 256)))]);
        await rig.WriteAsync(new Sample(longest, InfluxDbRig.Now, 1));
        Assert.Equal(LineProtocolRig.Tags(longest), Assert.Single(await shared.Server.ReadAsync(rig.Database, longest.Name)).Tags.ToDictionary());
    }

    [InfluxDbTheory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Requirement", "S2-107")]
    public async Task Batch_OfManyBytes_ArrivesInParts(bool compress)
    {
        using InfluxDbRig rig = new(shared.Server.Address, o => o.Compress = compress);
        SampleSeries wordy = new("wordy", SampleKind.Gauge, [.. Enumerable.Range(0, 4).Select(static i => KeyValuePair.Create($"key{i}", new string((char)('a' + i), 250)))]);
        await rig.WriteAsync(InfluxDbRig.Samples(wordy, 4_096, step: TimeSpan.FromTicks(1)));
        await rig.WriteAsync(InfluxDbRig.Samples(_heat, 12_345, step: TimeSpan.FromTicks(1)));
        Assert.Equal(4_096, (await shared.Server.ReadAsync(rig.Database, "wordy")).Count);
        Assert.Equal(Enumerable.Range(0, 12_345).Select(static i => (double)i), (await shared.Server.ReadAsync(rig.Database, "heat")).Select(static p => p.Value));
    }
}
