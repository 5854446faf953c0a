using System.Net;
using System.Net.Sockets;

namespace MetricsKit.Testing;

/// <summary>A TCP proxy on loopback that mistreats connections.</summary>
public sealed class ChaosProxy : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly HashSet<Socket> _open = [];
    readonly Uri _upstream;
    readonly Task _accepting;

    volatile ChaosPlan _plan = ChaosPlan.None;
    long _connections;

    /// <summary>Listens at once, on a port of its own.</summary>
    /// <param name="upstream">Whom it connects to for each connection that it gets; who is not there is a reset.</param>
    public ChaosProxy(Uri upstream)
    {
        _upstream = upstream;
        _listener.Start();
        Address = new Uri($"{upstream.Scheme}://{_listener.LocalEndpoint}");
        _accepting = AcceptAsync();
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
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        ResetAll();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

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

    async Task AcceptAsync()
    {
        List<Task> conversations = [];
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                conversations.Add(ServeAsync(client, _plan));
            }
        }
        finally
        {
            await Task.WhenAll(conversations).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task ServeAsync(Socket client, ChaosPlan plan)
    {
        var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        lock (_open)
        {
            _open.Add(client);
            _open.Add(server);
        }

        try
        {
            await server.ConnectAsync(_upstream.Host, _upstream.Port, _stop.Token);
            await Task.WhenAll(PassAsync(client, server, plan.Requests), PassAsync(server, client, plan.Answers));
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

    async Task PassAsync(Socket from, Socket to, ChaosFault fault)
    {
        var buffer = new byte[fault.Piece];
        var left = fault.After ?? long.MaxValue;
        try
        {
            while (left > 0)
            {
                var read = await from.ReceiveAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), _stop.Token);
                if (read == 0)
                {
                    to.Shutdown(SocketShutdown.Send);
                    return;
                }

                if (fault.Delay > TimeSpan.Zero)
                {
                    await Task.Delay(fault.Delay, _stop.Token); // the fault itself, not a way to wait for something
                }

                await SendAsync(to, buffer.AsMemory(0, read));
                left -= read;
            }

            await EndAsync(from, to, fault.End, buffer);
        }
        catch
        {
            Reset(from);
            Reset(to); // what one side does to its connection, the other side sees
            throw;
        }
    }

    async Task SendAsync(Socket to, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await to.SendAsync(bytes, _stop.Token)..];
        }
    }

    async Task EndAsync(Socket from, Socket to, ChaosEnd end, byte[] buffer)
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

        while (await from.ReceiveAsync(buffer, _stop.Token) > 0)
        {
        }
    }
}
