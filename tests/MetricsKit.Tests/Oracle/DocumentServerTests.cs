using System.Net;
using System.Net.Sockets;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Oracle;

public sealed class DocumentServerTests
{
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Document_ClientsBeforeGaveUp_IsServedAllTheSame()
    {
        using DocumentServer server = new("text/plain", "x 1\n");
        // What a scraper leaves behind when its timeout is over, early and late.
        GiveUp(server, request: null);
        GiveUp(server, "GET /metr");
        GiveUp(server, "GET /metrics HTTP/1.1\r\n\r\n");
        for (var i = 0; i < 20; i++)
        {
            GiveUp(server, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
        }

        using HttpClient http = new() { Timeout = _patience };
        Assert.Equal("x 1\n", await http.GetStringAsync(server.Address));
        Assert.Equal("x 1\n", await http.GetStringAsync(server.Address));
    }

    [Fact]
    public async Task Document_EveryThreadOfThePoolBusy_IsServed()
    {
        using DocumentServer server = new("text/plain", "x 1\n");
        using ManualResetEventSlim gate = new();
        ThreadPool.GetMinThreads(out var threads, out _);
        var busy = Enumerable.Range(0, threads * 4).Select(_ => Task.Run(gate.Wait)).ToArray();
        try
        {
            // A client that needs no pool either.
            using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = (int)_patience.TotalMilliseconds };
            client.Connect(IPEndPoint.Parse(server.Address.Authority));
            client.Send("GET / HTTP/1.1\r\n\r\n"u8);
            Assert.True(client.Receive(new byte[512]) > 0);
        }
        finally
        {
            gate.Set();
            await Task.WhenAll(busy);
        }
    }

    static void GiveUp(DocumentServer server, string? request)
    {
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(IPEndPoint.Parse(server.Address.Authority));
        if (request is not null)
        {
            client.Send(System.Text.Encoding.ASCII.GetBytes(request));
        }

        client.LingerState = new LingerOption(enable: true, seconds: 0); // closing resets the connection
    }
}
