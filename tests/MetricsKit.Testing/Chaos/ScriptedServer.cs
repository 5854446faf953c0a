using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace MetricsKit.Testing;

/// <summary>An HTTP server on loopback that says what a test tells it to, byte by byte: also what no real server would say.</summary>
public sealed class ScriptedServer : IAsyncDisposable
{
    readonly LoopbackListener _listener;
    readonly Func<ScriptedRequest, string> _answer;
    readonly List<ScriptedRequest> _requests = [];

    /// <summary>Listens at once.</summary>
    /// <param name="answer">Gives the whole answer to a request, with status line and headers; the connection is closed behind it.</param>
    public ScriptedServer(Func<ScriptedRequest, string> answer)
    {
        _answer = answer;
        _listener = new LoopbackListener(ConverseAsync);
        Address = new Uri($"http://{_listener.EndPoint}");
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>What was asked so far.</summary>
    public IReadOnlyList<ScriptedRequest> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>An answer with a body.</summary>
    public static string Answer(int status, string body = "", string headers = "") =>
        string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} Said\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n{headers}\r\n{body}");

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    async Task ConverseAsync(TcpClient client, CancellationToken stop)
    {
        var stream = client.GetStream();
        var request = await ReadAsync(stream, stop);
        lock (_requests)
        {
            _requests.Add(request);
        }

        await stream.WriteAsync(Encoding.UTF8.GetBytes(_answer(request)), stop);
        client.Client.Shutdown(SocketShutdown.Send);
        await stream.CopyToAsync(Stream.Null, stop); // until the client has read everything and goes
    }

    static async Task<ScriptedRequest> ReadAsync(NetworkStream stream, CancellationToken stop)
    {
        List<byte> head = [];
        var one = new byte[1];
        while (head.Count < 4 || !head.TakeLast(4).SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            await stream.ReadExactlyAsync(one, stop);
            head.Add(one[0]);
        }

        var lines = Encoding.ASCII.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(parts => parts[0], parts => parts[1], StringComparer.OrdinalIgnoreCase);
        var body = new byte[int.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, stop);
        return new ScriptedRequest(lines[0], headers, body);
    }
}
