using MetricsKit.Testing;
using MetricsKit.Tests.Formats;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace MetricsKit.Tests.Sinks.InfluxDb;

/// <summary>What every sink does, against a real server behind a network that breaks.</summary>
[Collection(SharedInfluxDb.Name)]
[TestCaseOrderer("MetricsKit.Tests.Sinks.InfluxDb.WhereInfluxDbIs", "MetricsKit.Tests")]
public sealed class InfluxDbConformanceTests(SharedInfluxDb shared) : MetricSinkConformance
{
    private protected override SinkRig Make() => new InfluxDbConformanceRig(shared.Server);
}

/// <summary>Inherited facts cannot be skipped one by one: where there is no InfluxDB they are left out, and those beside them say why.</summary>
public sealed class WhereInfluxDbIs : ITestCaseOrderer
{
    public IEnumerable<TTestCase> OrderTestCases<TTestCase>(IEnumerable<TTestCase> testCases) where TTestCase : ITestCase =>
        new InfluxDbFactAttribute().Skip is null ? testCases : [];
}

/// <summary>A database of the server, and a proxy that the sink takes for the server.</summary>
sealed class InfluxDbConformanceRig(RealInfluxDb server) : SinkRig
{
    static readonly Dictionary<SinkFault, ChaosPlan> _plans = new()
    {
        [new("no request arrives whole")] = new() { Requests = new() { After = 40 } },
        [new("connections are reset before the answer")] = new() { Answers = new() { After = 0 } },
        [new("connections are reset in the answer")] = new() { Answers = new() { After = 9 } },
        [new("the server closes its half before it answers")] = new() { Answers = new() { After = 0, End = ChaosEnd.HalfClose } },
        [new("the client's half is closed in the request")] = new() { Requests = new() { After = 40, End = ChaosEnd.HalfClose } },
        [new("requests go into a black hole", SinkFaultEffect.Stalls)] = new() { Requests = new() { After = 0, End = ChaosEnd.Swallow } },
        [new("answers go into a black hole", SinkFaultEffect.Stalls)] = new() { Answers = new() { After = 0, End = ChaosEnd.Swallow } },
        [new("answers end in their headers", SinkFaultEffect.Stalls)] = new() { Answers = new() { After = 30, End = ChaosEnd.Swallow } },
    };

    static int _databases;

    readonly ChaosProxy _proxy = new(server.Address);
    readonly string _database = $"conformance {Interlocked.Increment(ref _databases)}";
    long _connections;

    public override IReadOnlyList<SinkFault> Faults => [.. _plans.Keys];

    public override bool KeepsOrder => false; // by time, whenever it was stored

    public override bool DropsDuplicates => true;

    public override DateTime Earliest => new(1678, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public override DateTime Latest => new(2262, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public override StoredSample? Expect(Sample sample) =>
        new StoredSample(LineProtocolRig.Measurement(sample.Series.Name), null, LineProtocolRig.Tags(sample.Series), sample.Timestamp, sample.Value);

    public override IMetricSink Open() => new InfluxDbRig(_proxy.Address, o => (o.Database, o.Retention) = (_database, TimeSpan.Zero)).Sink;

    public override async ValueTask<IReadOnlyList<StoredSample>> ReadAsync()
    {
        if (!await server.HasAsync(_database)) return [];
        return [.. (await server.ReadAllAsync(_database)).Select(static p => new StoredSample(p.Measurement, null, p.Tags, Moment(p.Time), p.Value))];
    }

    public override ValueTask BreakAsync(SinkFault fault)
    {
        _connections = _proxy.Connections;
        _proxy.Plan = _plans[fault];
        return ValueTask.CompletedTask;
    }

    public override ValueTask<bool> IsHoldingAsync() => ValueTask.FromResult(_proxy.Connections > _connections);

    public override ValueTask HealAsync()
    {
        _proxy.Plan = ChaosPlan.None;
        return ValueTask.CompletedTask;
    }

    public override ValueTask DisposeAsync() => _proxy.DisposeAsync();

    // A moved sample would be between two ticks, and is found nowhere.
    static DateTime Moment(long nanoseconds) =>
        nanoseconds % 100 == 0 ? DateTime.UnixEpoch.AddTicks(nanoseconds / 100) : throw new SinkConformanceException($"The point of {nanoseconds} ns is nobody's.");
}
