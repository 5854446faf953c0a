using System.Net.Sockets;

namespace MetricsKit.Testing;

/// <summary>A TCP proxy on loopback that mistreats connections.</summary>
public sealed class ChaosProxy : IAsyncDisposable
{
    readonly LoopbackListener _listener;
    readonly HashSet<Socket> _open = [];
    readonly Uri _upstream;

    volatile ChaosPlan _plan = ChaosPlan.None;
    long _connections;

    /// <summary>Listens at once, on a port of its own.</summary>
    /// <param name="upstream">Whom it connects to for each connection that it gets; who is not there is a reset.</param>
    public ChaosProxy(Uri upstream)
    {
        _upstream = upstream;
        _listener = new LoopbackListener(ServeAsync);
        Address = new Uri($"{upstream.Scheme}://{_listener.EndPoint}");
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>How many connections it has got.</summary>
    public long Connections => Interlocked.Read(ref _connections);

    /// <summary>What becomes of connections that begin from now on; those that are there are reset, so that the next request meets it.</summary>
    public ChaosPlan Plan
    {
        get => _plan;
        set
        {
            _plan = value;
            ResetAll();
        }
    }

    /// <summary>Resets every connection.</summary>
    public void ResetAll()
    {
        Socket[] open;
        lock (_open)
        {
            open = [.. _open];
        }

        foreach (var socket in open)
        {
            Reset(socket);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0); // closing sends RST and throws away what waits
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
        }

        socket.Dispose();
    }

    async Task ServeAsync(TcpClient connection, CancellationToken stop)
    {
        var client = connection.Client;
        var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        ChaosPlan plan;
        lock (_open)
        {
            _open.Add(client);
            _open.Add(server);
            plan = _plan; // whoever changes it from here on finds both to reset: no connection keeps a plan that is over
        }

        Interlocked.Increment(ref _connections); // not before: whoever waits for it may change the plan next
        try
        {
            client.NoDelay = true;
            await server.ConnectAsync(_upstream.Host, _upstream.Port, stop);
            await Task.WhenAll(PassAsync(client, server, plan.Requests, stop), PassAsync(server, client, plan.Answers, stop));
        }
        finally
        {
            lock (_open)
            {
                _open.Remove(client);
                _open.Remove(server);
            }

            Reset(client);
            Reset(server);
        }
    }

    static async Task PassAsync(Socket from, Socket to, ChaosFault fault, CancellationToken stop)
    {
        var buffer = new byte[fault.Piece];
        var left = fault.After ?? long.MaxValue;
        try
        {
            while (left > 0)
            {
                var read = await from.ReceiveAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), stop);
                if (read == 0)
                {
                    to.Shutdown(SocketShutdown.Send);
                    return;
                }

                if (fault.Delay > TimeSpan.Zero)
                {
                    await Task.Delay(fault.Delay, stop); // the fault itself, not a way to wait for something
                }

                await SendAsync(to, buffer.AsMemory(0, read), stop);
                left -= read;
            }

            await EndAsync(from, to, fault.End, buffer, stop);
        }
        catch
        {
            Reset(from);
            Reset(to); // what one side does to its connection, the other side sees
            throw;
        }
    }

    static async Task SendAsync(Socket to, ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await to.SendAsync(bytes, stop)..];
        }
    }

    static async Task EndAsync(Socket from, Socket to, ChaosEnd end, byte[] buffer, CancellationToken stop)
    {
        if (end == ChaosEnd.Reset)
        {
            Reset(from);
            Reset(to);
            return;
        }

        if (end == ChaosEnd.HalfClose)
        {
            to.Shutdown(SocketShutdown.Send);
        }

        while (await from.ReceiveAsync(buffer, stop) > 0)
        {
        }
    }
}
