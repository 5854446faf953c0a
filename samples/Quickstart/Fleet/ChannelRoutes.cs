using System.Net.WebSockets;
using MetricsKit;

namespace Quickstart;

static class ChannelRoutes
{
    const int MostBytes = 4096; // of one piece of a message

    static readonly string[] _channels = ["positions", "alarms"];

    public static void MapChannels(this WebApplication app) =>
        app.Map("/ws/{channel}", async (string channel, HttpContext context, ApplicationMetrics metrics, IHostApplicationLifetime lifetime) =>
        {
            if (!_channels.Contains(channel)) return Results.NotFound("No such channel.");
            if (!context.WebSockets.IsWebSocketRequest) return Results.BadRequest("This is a WebSocket.");
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            using var active = metrics.StartWebSocket(channel);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
            await EchoAsync(socket, ended.Token);
            return Results.Empty;
        });

    static async Task EchoAsync(WebSocket socket, CancellationToken ended)
    {
        try
        {
            var buffer = new byte[MostBytes];
            while (await socket.ReceiveAsync(buffer.AsMemory(), ended) is { MessageType: not WebSocketMessageType.Close } piece)
            {
                await socket.SendAsync(buffer.AsMemory(0, piece.Count), piece.MessageType, piece.EndOfMessage, ended);
            }
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, ended);
        }
        catch (Exception gone) when (gone is OperationCanceledException or WebSocketException)
        {
            // The client left without a word, or the server stops: either way the channel is closed.
        }
    }
}
