using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MetricsKit.Testing;

/// <summary>A gRPC server on a free port of the loopback that says what a test tells it to, frame by frame: also what no real server would say.</summary>
public sealed class ScriptedGrpcServer : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly Lock _lock = new();
    readonly List<GrpcCall> _calls = [];
    readonly List<Socket> _open = [];
    volatile Func<GrpcAnswer, GrpcCall, Task> _answer = Accept();
    volatile bool _refuses;
    int _connections;

    /// <summary>Listens at once, and accepts all.</summary>
    public ScriptedGrpcServer()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}");

    /// <summary>How many connections were taken.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>The calls that came whole, in order.</summary>
    public IReadOnlyList<GrpcCall> Calls
    {
        get
        {
            lock (_lock)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>The calls that came whole since the last time, in order; they are not kept.</summary>
    public IReadOnlyList<GrpcCall> Drain()
    {
        lock (_lock)
        {
            GrpcCall[] all = [.. _calls];
            _calls.Clear();
            return all;
        }
    }

    /// <summary>What becomes of every call from now on.</summary>
    public Func<GrpcAnswer, GrpcCall, Task> Answer
    {
        set => _answer = value;
    }

    /// <summary>A server that is down: connections end as soon as they begin, and those that are open end now.</summary>
    public bool IsDown
    {
        set
        {
            _refuses = value;
            if (value)
            {
                ResetAll();
            }
        }
    }

    /// <summary>Success, with this message.</summary>
    public static Func<GrpcAnswer, GrpcCall, Task> Accept(params byte[] message) => async (answer, _) =>
    {
        await answer.BeginAsync();
        await answer.MessageAsync(message);
        await answer.HeadersAsync(isLast: true, ("grpc-status", "0"));
    };

    /// <summary>An answer of headers alone ("Trailers-Only").</summary>
    public static Func<GrpcAnswer, GrpcCall, Task> TrailersOnly(params (string Name, string Value)[] fields) =>
        (answer, _) => answer.HeadersAsync(isLast: true, [(":status", "200"), ("content-type", "application/grpc"), .. fields]);

    /// <summary>Headers, no message, and these trailers.</summary>
    public static Func<GrpcAnswer, GrpcCall, Task> Trailers(params (string Name, string Value)[] fields) => async (answer, _) =>
    {
        await answer.BeginAsync();
        await answer.HeadersAsync(isLast: true, fields);
    };

    /// <summary>No answer at all.</summary>
    public static Func<GrpcAnswer, GrpcCall, Task> Silence => static (answer, _) => answer.HangAsync();

    /// <summary>A body without end, as fast as the client reads it.</summary>
    public static Func<GrpcAnswer, GrpcCall, Task> Flood(Action<int> sent) => async (answer, _) =>
    {
        await answer.BeginAsync();
        for (var block = new byte[16 * 1024]; ; sent(block.Length))
        {
            await answer.DataAsync(block);
        }
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        ResetAll();
        _stop.Dispose();
    }

    /// <summary>Ends every connection.</summary>
    public void ResetAll()
    {
        lock (_lock)
        {
            _open.ForEach(static socket => socket.Close(0));
            _open.Clear();
        }
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptSocketAsync(_stop.Token));
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    async Task ServeAsync(Socket socket)
    {
        Interlocked.Increment(ref _connections);
        lock (_lock)
        {
            _open.Add(socket);
        }

        try
        {
            socket.NoDelay = true;
            if (_refuses)
            {
                return;
            }

            await using NetworkStream stream = new(socket, ownsSocket: false);
            using Http2Connection connection = new(stream, TakeAsync, _stop.Token);
            await connection.RunAsync();
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or ObjectDisposedException or SocketException)
        {
        }
        finally
        {
            lock (_lock)
            {
                _open.Remove(socket);
            }

            socket.Close(0);
        }
    }

    Task TakeAsync(GrpcAnswer answer, GrpcCall call)
    {
        var what = _answer;
        lock (_lock)
        {
            _calls.Add(call with { Answer = what });
        }

        return what(answer, call);
    }
}
