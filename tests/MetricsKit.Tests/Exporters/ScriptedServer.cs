using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MetricsKit.Tests.Exporters;

/// <summary>A server on a free port of the loopback that reads HTTP/1.1 requests and answers what a test tells it to, in bytes, so that it can answer wrongly.</summary>
sealed class ScriptedServer : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _end = new();
    readonly Lock _lock = new();
    readonly List<ReceivedRequest> _requests = [];
    readonly List<Socket> _open = [];
    volatile Func<NetworkStream, CancellationToken, Task<bool>> _answer = Status(204);
    volatile bool _refuses;
    int _connections;

    public ScriptedServer()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}/metrics");

    /// <summary>How many connections were taken.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>The requests that came whole, in order.</summary>
    public IReadOnlyList<ReceivedRequest> Requests
    {
        get { lock (_lock) return [.. _requests]; }
    }

    /// <summary>The requests that came whole since the last time, in order; they are not kept.</summary>
    public IReadOnlyList<ReceivedRequest> Drain()
    {
        lock (_lock)
        {
            ReceivedRequest[] all = [.. _requests];
            _requests.Clear();
            return all;
        }
    }

    /// <summary>What every request is answered from now on; the answer says whether the connection stays.</summary>
    public Func<NetworkStream, CancellationToken, Task<bool>> Answer
    {
        set => _answer = value;
    }

    /// <summary>A server that is down: connections end as soon as they begin, and those that are open end now.</summary>
    public bool IsDown
    {
        set
        {
            _refuses = value;
            if (!value) return;
            lock (_lock) _open.ForEach(Reset);
        }
    }

    /// <summary>An answer with this status and these headers, and with this body.</summary>
    public static Func<NetworkStream, CancellationToken, Task<bool>> Status(int status, string headers = "", string body = "") => async (stream, end) =>
    {
        string length = status == 204 ? "" : string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} Said\r\n{length}{headers}\r\n{body}")), end);
        return true;
    };

    /// <summary>These bytes and no more, the connection left open until the client goes.</summary>
    public static Func<NetworkStream, CancellationToken, Task<bool>> Raw(string bytes, bool close = false) => async (stream, end) =>
    {
        await stream.WriteAsync(Encoding.Latin1.GetBytes(bytes), end);
        if (!close) await stream.CopyToAsync(Stream.Null, end);
        return false;
    };

    /// <summary>No answer at all.</summary>
    public static Func<NetworkStream, CancellationToken, Task<bool>> Silence => Raw("");

    /// <summary>A body without end, as fast as the client reads it.</summary>
    public static Func<NetworkStream, CancellationToken, Task<bool>> Flood(Action<int> sent) => async (stream, end) =>
    {
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n"u8.ToArray(), end);
        byte[] block = new byte[64 * 1024];
        while (true)
        {
            await stream.WriteAsync(block, end);
            sent(block.Length);
        }
    };

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
        lock (_lock) _open.ForEach(Reset);
        _end.Dispose();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptSocketAsync(_end.Token));
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException) { return; }
    }

    async Task ServeAsync(Socket socket)
    {
        Interlocked.Increment(ref _connections);
        lock (_lock) _open.Add(socket);
        try
        {
            using NetworkStream stream = new(socket, ownsSocket: false);
            while (!_refuses && await ReceivedRequest.ReadAsync(stream, _end.Token) is { } request)
            {
                var answer = _answer;
                lock (_lock) _requests.Add(request with { Answer = answer });
                if (!await answer(stream, _end.Token)) break;
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException or ObjectDisposedException or SocketException) { return; } // the client, or the test, has gone
        finally
        {
            lock (_lock) _open.Remove(socket);
            if (_refuses) Reset(socket);
            socket.Dispose();
        }
    }

    static void Reset(Socket socket)
    {
        try { socket.Close(0); }
        catch (ObjectDisposedException) { return; }
    }
}

/// <summary>A request as it came.</summary>
sealed record ReceivedRequest(string Line, Dictionary<string, string> Headers, byte[] Body)
{
    /// <summary>What it is answered.</summary>
    public Delegate? Answer { get; init; }

    /// <summary>The body as it was before it was compressed.</summary>
    public byte[] Document
    {
        get
        {
            if (!Headers.TryGetValue("Content-Encoding", out string? encoding)) return Body;
            if (encoding != "gzip") throw new InvalidDataException(encoding);
            using GZipStream gzip = new(new MemoryStream(Body), CompressionMode.Decompress);
            using MemoryStream plain = new();
            gzip.CopyTo(plain);
            return plain.ToArray();
        }
    }

    /// <summary>Reads one request; null when the connection ended before it was whole.</summary>
    public static async Task<ReceivedRequest?> ReadAsync(Stream stream, CancellationToken end)
    {
        List<byte> head = [];
        byte[] one = new byte[1];
        while (!(head.Count >= 4 && head[^4] == '\r' && head[^3] == '\n' && head[^2] == '\r' && head[^1] == '\n'))
        {
            if (await stream.ReadAsync(one, end) == 0) return null;
            head.Add(one[0]);
        }
        string[] lines = Encoding.Latin1.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines[1..].Select(static l => l.Split(": ", 2)).ToDictionary(static p => p[0], static p => p[1], StringComparer.OrdinalIgnoreCase);
        byte[] body = new byte[headers.TryGetValue("Content-Length", out string? length) ? int.Parse(length, CultureInfo.InvariantCulture) : 0];
        int read = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, end);
        return read == body.Length ? new(lines[0], headers, body) : null;
    }
}
