using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace MetricsKit.AspNetCore.Tests.Requests;

public sealed class WebSocketTests
{
    [Theory]
    [InlineData(1, "GET", 101)]
    [InlineData(2, "CONNECT", 200)]
    [Trait("Requirement", "S1-006")]
    public async Task WebSocket_Opened_IsCountedAtOnceNeverTimedAndNotActive(int httpVersion, string method, int status)
    {
        await using var site = await StartAsync();
        using SocketsHttpHandler handler = new();
        using HttpMessageInvoker invoker = new(handler);
        using ClientWebSocket socket = new();
        socket.Options.HttpVersion = new Version(httpVersion, httpVersion == 1 ? 1 : 0);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;

        await socket.ConnectAsync(new UriBuilder(Address(site, httpVersion)) { Scheme = "ws", Path = "/ws/alarms" }.Uri, invoker, default);
        await socket.SendAsync("one"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, default);
        var buffer = new byte[16];
        var echo = await socket.ReceiveAsync(buffer, default);
        var open = await site.ScrapeAsync();
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);

        Assert.Equal("one"u8, buffer.AsSpan(0, echo.Count));
        string[] counted = [$"{method} /ws/{{channel}} {status} 1"];
        Assert.Equal(counted, Site.Requests(open));
        Assert.Equal(0, Site.Active(open));

        // Once the socket is closed and a later request is through, nothing has been added.
        await site.Http.GetAsync("/plain");
        var after = await site.ScrapeUntilAsync(scrape => Site.Total(scrape) >= 2 && scrape.Value("websocket_connections_active", ("channel", "alarms")) == 0, "the socket is closed");
        Assert.Equal([.. counted, "GET /plain 200 1"], Site.Requests(after).OrderBy(line => line.Contains("plain", StringComparison.Ordinal)));
        Assert.Equal(["GET /plain 1"], Site.Durations(after));
        Assert.Equal(0, Site.Active(after));
    }

    [Fact]
    [Trait("Requirement", "S1-008")]
    public async Task WebSocket_WhileOpen_IsAConnectionOfItsChannel()
    {
        await using var site = await StartAsync();
        using ClientWebSocket socket = new();

        await socket.ConnectAsync(new UriBuilder(site.Address) { Scheme = "ws", Path = "/ws/alarms" }.Uri, default);

        await site.ScrapeUntilAsync(scrape => scrape.TryValue("websocket_connections_active", out double open, ("channel", "alarms")) && open == 1, "the socket is open");
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
        await site.ScrapeUntilAsync(scrape => scrape.Value("websocket_connections_active", ("channel", "alarms")) == 0, "the socket is closed");
    }

    [Fact]
    public async Task WebSocket_ThatFailsAfterItsUpgrade_IsNotCountedAgain()
    {
        await using var site = await StartAsync();
        using ClientWebSocket socket = new();

        await socket.ConnectAsync(new UriBuilder(site.Address) { Scheme = "ws", Path = "/ws/crash" }.Uri, default);
        await Assert.ThrowsAnyAsync<WebSocketException>(async () => await socket.ReceiveAsync(new byte[16], default));
        await site.Http.GetAsync("/plain");

        Assert.Equal(["GET /plain 200 1", "GET /ws/{channel} 101 1"], await site.RequestsAsync(2));
    }

    [Fact]
    public async Task Upgrade_ThatIsRefused_IsARequestLikeAnyOther()
    {
        await using var site = await StartAsync();
        using ClientWebSocket socket = new();

        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new UriBuilder(site.Address) { Scheme = "ws", Path = "/plain" }.Uri, default));

        Assert.Equal(["GET /plain 200 1"], await site.RequestsAsync(1));
        Assert.Equal(["GET /plain 1"], Site.Durations(await site.ScrapeAsync()));
    }

    [Fact]
    public async Task WebSocket_OnAnEndpointWithoutMetrics_IsLeftOut()
    {
        await using var site = await StartAsync(routingLater: true);
        using ClientWebSocket socket = new();

        await socket.ConnectAsync(new UriBuilder(site.Address) { Scheme = "ws", Path = "/quiet" }.Uri, default);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
        await site.Http.GetAsync("/plain");

        Assert.Equal(["GET /plain 200 1"], await site.RequestsAsync(1));
    }

    static Uri Address(Site site, int httpVersion) => site.Addresses[httpVersion == 1 ? 0 : 1];

    static Task<Site> StartAsync(bool routingLater = false) => Site.StartAsync(
        app =>
        {
            app.UseMetricsKit();
            app.UseWebSockets();
            if (routingLater) app.UseRouting();
            app.MapMetricsKit();
            app.MapGet("/plain", () => "plain");
            app.Map("/quiet", context => EchoAsync(context)).DisableHttpMetrics();
            app.Map("/ws/{channel}", async (HttpContext context, string channel, ApplicationMetrics metrics) =>
            {
                if (channel == "crash")
                {
                    using var lost = await context.WebSockets.AcceptWebSocketAsync();
                    throw new InvalidOperationException("On purpose.");
                }
                using var active = metrics.StartWebSocket(channel);
                await EchoAsync(context);
            });
        },
        builder => builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, cleartext => cleartext.Protocols = HttpProtocols.Http2);
        }));

    static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[1024];
        while (await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted) is { MessageType: not WebSocketMessageType.Close } piece)
        {
            await socket.SendAsync(buffer.AsMemory(0, piece.Count), piece.MessageType, piece.EndOfMessage, context.RequestAborted);
        }
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
    }
}
