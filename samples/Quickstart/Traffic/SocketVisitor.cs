using System.Net.WebSockets;

namespace Quickstart.Traffic;

/// <summary>Opens a WebSocket, talks for a while and leaves.</summary>
sealed class SocketVisitor(Uri fleet)
{
    const int Messages = 10;

    static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(500);

    public async Task VisitAsync(string channel, CancellationToken stopping)
    {
        try
        {
            using ClientWebSocket socket = new();
            await socket.ConnectAsync(new UriBuilder(new Uri(fleet, $"/ws/{channel}")) { Scheme = fleet.Scheme == "https" ? "wss" : "ws" }.Uri, stopping);
            using PeriodicTimer pace = new(_pause);
            var buffer = new byte[64];
            for (int i = 0; i < Messages && await pace.WaitForNextTickAsync(stopping); i++)
            {
                await socket.SendAsync("here"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, stopping);
                await socket.ReceiveAsync(buffer.AsMemory(), stopping);
            }
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, stopping);
        }
        catch (WebSocketException)
        {
            // The server closed first; the next visit tries again.
        }
    }
}
