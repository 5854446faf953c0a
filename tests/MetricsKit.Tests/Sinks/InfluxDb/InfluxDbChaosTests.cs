using System.Net;
using System.Net.Sockets;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Sinks.InfluxDb;

/// <summary>A network that breaks in every way: no call outlives its token, and what was retried is there once.</summary>
[Collection(SharedInfluxDb.Name)]
public sealed class InfluxDbChaosTests(SharedInfluxDb shared)
{
    static readonly SampleSeries _heat = new("heat");

    static readonly Dictionary<string, ChaosPlan> _plans = new()
    {
        ["reset at once"] = new() { Requests = new() { After = 0 } },
        ["reset in the body"] = new() { Requests = new() { After = 2_000 } },
        ["reset before the answer"] = new() { Answers = new() { After = 0 } },
        ["reset in the answer"] = new() { Answers = new() { After = 20 } },
        ["half-closed in the body"] = new() { Requests = new() { After = 2_000, End = ChaosEnd.HalfClose } },
        ["half-closed before the answer"] = new() { Answers = new() { After = 0, End = ChaosEnd.HalfClose } },
        ["black hole"] = new() { Requests = new() { After = 0, End = ChaosEnd.Swallow } },
        ["black hole in the body"] = new() { Requests = new() { After = 2_000, End = ChaosEnd.Swallow } },
        ["no answer"] = new() { Answers = new() { After = 0, End = ChaosEnd.Swallow } },
        ["half an answer"] = new() { Answers = new() { After = 20, End = ChaosEnd.Swallow } },
        ["dripping request"] = new() { Requests = new() { Piece = 100, Delay = TimeSpan.FromMilliseconds(20) } },
        ["dripping answer"] = new() { Answers = new() { Piece = 1, Delay = TimeSpan.FromMilliseconds(20) } },
        ["slow"] = new() { Requests = new() { Delay = TimeSpan.FromMilliseconds(30) }, Answers = new() { Delay = TimeSpan.FromMilliseconds(30) } },
    };

    public static TheoryData<string> Plans => [.. _plans.Keys];

    [InfluxDbTheory]
    [MemberData(nameof(Plans))]
    public async Task Batches_ThroughABrokenNetwork_ArriveOnce(string plan)
    {
        await using ChaosProxy proxy = new(shared.Server.Address);
        using InfluxDbRig rig = new(proxy.Address, static o => o.Compress = false);
        long sent = 0;
        for (int round = 0; round < 3; round++)
        {
            await DeliverAsync(rig, Batch(ref sent, 500));
            proxy.Plan = _plans[plan];
            var batch = Batch(ref sent, 500);
            // Some attempts under the fault, each with a deadline, and the same batch again when it is over.
            bool arrived = await TryAsync(rig, batch) || await TryAsync(rig, batch);
            proxy.Plan = ChaosPlan.None;
            if (!arrived) await DeliverAsync(rig, batch);
        }
        Assert.Equal(Enumerable.Range(0, (int)sent).Select(static i => (double)i), (await shared.Server.ReadAsync(rig.Database, "heat")).Select(static p => p.Value).Order());
    }

    /// <summary>HttpClient lets out a bare SocketException when the reset comes between its connecting and its first look at the connection.</summary>
    [InfluxDbFact]
    public async Task Batch_OverConnectionsThatAreResetAtOnce_MeetsAFaultOfHttp()
    {
        await using ChaosProxy proxy = new(new("http://127.0.0.1:1")); // nobody listens there
        using InfluxDbRig rig = new(proxy.Address);
        for (int i = 0; i < 300; i++) await Assert.ThrowsAsync<HttpRequestException>(() => rig.WriteAsync(Batch(i)));
    }

    [InfluxDbFact]
    public async Task Batches_WhileTheNetworkChangesAtRandom_ArriveOnce()
    {
        Random random = new(20261121);
        await using ChaosProxy proxy = new(shared.Server.Address);
        using InfluxDbRig rig = new(proxy.Address);
        long sent = 0;
        for (int i = 0; i < 60; i++)
        {
            var plans = _plans.Values.Append(ChaosPlan.None).ToArray();
            if (i % 2 == 0) proxy.Plan = plans[random.Next(plans.Length)];
            var batch = Batch(ref sent, random.Next(1, 300));
            if (!await TryAsync(rig, batch))
            {
                proxy.Plan = ChaosPlan.None;
                await DeliverAsync(rig, batch);
            }
        }
        Assert.Equal(Enumerable.Range(0, (int)sent).Select(static i => (double)i), (await shared.Server.ReadAsync(rig.Database, "heat")).Select(static p => p.Value).Order());
    }

    [Fact]
    public async Task Connection_ThatNobodyAccepts_EndsWithTheToken()
    {
        // A queue of connections that is full: who comes next gets no answer at all, as from a host that is switched off.
        using Socket listener = new(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var address = (IPEndPoint)listener.LocalEndPoint!;
        List<Socket> waiting = [];
        try
        {
            for (int i = 0; i < 4; i++)
            {
                Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
                waiting.Add(socket);
                _ = socket.ConnectAsync(address).ContinueWith(static t => t.Exception, TaskScheduler.Default);
            }
            using InfluxDbRig rig = new(new($"http://{address}"));
            using CancellationTokenSource deadline = new(TimeSpan.FromMilliseconds(200));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rig.WriteAsync(Batch(0), deadline.Token));
        }
        finally { waiting.ForEach(static s => s.Dispose()); }
    }

    [Fact]
    public async Task Name_ThatNobodyKnows_IsAFailureThatIsTriedAgain()
    {
        using InfluxDbRig rig = new(new("http://influxdb.invalid:8086"));
        for (int i = 0; i < 2; i++) await Assert.ThrowsAsync<HttpRequestException>(() => rig.WriteAsync(Batch(0)));
    }

    [Fact]
    public async Task Call_WhileTheOneBeforeHangs_EndsItAndThenTheSinkWorks()
    {
        await using ScriptedServer server = new(static _ => ScriptedServer.Answer(204));
        await using ChaosProxy proxy = new(server.Address);
        using InfluxDbRig rig = new(proxy.Address);
        proxy.Plan = _plans["no answer"];
        var batch = Batch(0);
        var hanging = rig.WriteAsync(batch); // no token ever ends it
        await Eventually.BecomesAsync(() => server.Requests.Count == 1, InfluxDbRig.Patience, "the request has arrived");
        await Assert.ThrowsAsync<InvalidOperationException>(() => rig.WriteAsync(batch));
        await Assert.ThrowsAnyAsync<Exception>(() => hanging);
        proxy.Plan = ChaosPlan.None;
        await DeliverAsync(rig, batch);
        Assert.Equal(server.Requests[0].Text, server.Requests[^1].Text);
    }

    [InfluxDbFact]
    public async Task Server_ThatComesBackEmpty_GetsItsDatabaseAgain()
    {
        await using var server = await RealInfluxDb.StartAsync(authentication: true);
        using InfluxDbRig rig = new(server.Address, static o => (o.Username, o.Password) = (RealInfluxDb.Administrator, RealInfluxDb.Password));
        await rig.WriteAsync(Batch(0));
        await server.KillAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => rig.WriteAsync(Batch(1)));
        await server.RestartAsync(empty: true);
        await DeliverAsync(rig, Batch(1));
        Assert.Equal([1], (await server.ReadAsync(rig.Database, "heat")).Select(static p => p.Value));
    }

    static SampleBatch Batch(long number) => Batch(ref number, 1);

    static SampleBatch Batch(ref long sent, int count)
    {
        long first = sent;
        sent += count;
        return new([.. Enumerable.Range(0, count).Select(i => new Sample(_heat, InfluxDbRig.Now.AddTicks((first + i) / 7), first + i))], first);
    }

    /// <summary>An attempt with a deadline; that it ends soon after it is what the rig's patience watches.</summary>
    static async Task<bool> TryAsync(InfluxDbRig rig, SampleBatch batch)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromMilliseconds(150));
        return await Record.ExceptionAsync(() => rig.WriteAsync(batch, deadline.Token)) switch
        {
            null => true,
            OperationCanceledException or HttpRequestException or IOException => false,
            var other => throw new InvalidOperationException($"A broken network is {other.GetType()}.", other),
        };
    }

    static async Task DeliverAsync(InfluxDbRig rig, SampleBatch batch)
    {
        // The first attempt may meet a connection that broke with the fault.
        if (await Record.ExceptionAsync(() => rig.WriteAsync(batch)) is not null) await rig.WriteAsync(batch);
    }
}
