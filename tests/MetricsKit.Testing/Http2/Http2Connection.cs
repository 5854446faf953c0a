using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;

namespace MetricsKit.Testing;

/// <summary>The server's side of one HTTP/2 connection (RFC 9113) with prior knowledge: it reads requests whole, and says what it is told to.</summary>
sealed class Http2Connection(Stream stream, Func<GrpcAnswer, GrpcCall, Task> serve, CancellationToken end) : IDisposable
{
    const byte Data = 0, Headers = 1, Reset = 3, Settings = 4, Ping = 6, GoAway = 7, WindowUpdate = 8, Continuation = 9;
    const byte EndStream = 1, Acknowledge = 1, EndHeaders = 4;
    const int InitialWindow = 65_535, MostFrame = 16_384, PrefaceLength = 24, HeadLength = 9;

    // Cancelled when the client has gone as well: an answer that hangs must not outlive whom it is for.
    readonly CancellationTokenSource _gone = CancellationTokenSource.CreateLinkedTokenSource(end);
    readonly SemaphoreSlim _writing = new(1, 1);
    readonly ConcurrentDictionary<int, Request> _requests = [];
    readonly Lock _windows = new();
    TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long _window = InitialWindow, _initialWindow = InitialWindow;

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
        _writing.Dispose();
    }

    /// <summary>Serves until the client goes.</summary>
    public async Task RunAsync()
    {
        await stream.ReadExactlyAsync(new byte[PrefaceLength], end);
        await WriteAsync(Settings, 0, 0, default);
        var head = new byte[HeadLength];
        while (true)
        {
            await stream.ReadExactlyAsync(head, end);
            var payload = new byte[head[0] << 16 | head[1] << 8 | head[2]];
            await stream.ReadExactlyAsync(payload, end);
            if (head[3] == GoAway)
            {
                return;
            }

            await TakeAsync(head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)) & int.MaxValue, payload);
        }
    }

    public Task WriteHeadersAsync(int id, byte[] block, bool isLast) => WriteAsync(Headers, (byte)(EndHeaders | (isLast ? EndStream : 0)), id, block);

    public Task ResetAsync(int id, int code)
    {
        var payload = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(payload, code);
        return WriteAsync(Reset, 0, id, payload);
    }

    public Task GoAwayAsync() => WriteAsync(GoAway, 0, 0, new byte[8]);

    /// <summary>Sends so much at a time as the client lets it.</summary>
    public async Task WriteDataAsync(int id, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var part = await TakeWindowAsync(id, Math.Min(bytes.Length, MostFrame));
            await WriteAsync(Data, 0, id, bytes[..part]);
            bytes = bytes[part..];
        }
    }

    public async Task WriteRawAsync(ReadOnlyMemory<byte> bytes)
    {
        await _writing.WaitAsync(end);
        try
        {
            await stream.WriteAsync(bytes, end);
        }
        finally
        {
            _writing.Release();
        }
    }

    Task WriteAsync(byte type, byte flags, int id, ReadOnlyMemory<byte> payload)
    {
        var frame = new byte[HeadLength + payload.Length];
        (frame[0], frame[1], frame[2], frame[3], frame[4]) = ((byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), id);
        payload.CopyTo(frame.AsMemory(HeadLength));
        return WriteRawAsync(frame);
    }

    async Task TakeAsync(byte type, byte flags, int id, byte[] payload)
    {
        if (type is Headers or Continuation)
        {
            var request = _requests.GetOrAdd(id, _ => new Request(Interlocked.Read(ref _initialWindow)));
            request.Block.Write(payload);
            End(id, request, type == Headers && (flags & EndStream) != 0);
        }
        else if (type == Data && _requests.TryGetValue(id, out var request))
        {
            request.Body.Write(payload);
            if (payload.Length > 0)
            {
                var increment = new byte[4];
                BinaryPrimitives.WriteInt32BigEndian(increment, payload.Length);
                await WriteAsync(WindowUpdate, 0, 0, increment);
                await WriteAsync(WindowUpdate, 0, id, increment);
            }

            End(id, request, (flags & EndStream) != 0);
        }
        else if (type == Settings && (flags & Acknowledge) == 0)
        {
            Apply(payload);
            await WriteAsync(Settings, Acknowledge, 0, default);
        }
        else if (type == Ping && (flags & Acknowledge) == 0)
        {
            await WriteAsync(Ping, Acknowledge, 0, payload);
        }
        else if (type == WindowUpdate)
        {
            Grow(id, BinaryPrimitives.ReadInt32BigEndian(payload));
        }
        else if (type == Reset && _requests.TryRemove(id, out var left))
        {
            left.IsGone = true;
            Grow(0, 0); // whoever waits for room finds that nobody reads
        }
    }

    void End(int id, Request request, bool isLast)
    {
        if (!isLast)
        {
            return;
        }

        GrpcCall call = new(HpackFields.Read(request.Block.ToArray()), request.Body.ToArray());
        GrpcAnswer answer = new(this, id, _gone.Token);
        _ = Task.Run(async () =>
        {
            try
            {
                await serve(answer, call);
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException or ObjectDisposedException or SocketException)
            {
            }
            finally
            {
                _requests.TryRemove(id, out Request? _);
            }
        }, CancellationToken.None);
    }

    // Section 6.5.2: pairs of two bytes and four; 4 is SETTINGS_INITIAL_WINDOW_SIZE, which a client sends before its first request.
    void Apply(byte[] settings)
    {
        for (var at = 0; at + 6 <= settings.Length; at += 6)
        {
            if (BinaryPrimitives.ReadInt16BigEndian(settings.AsSpan(at)) == 4)
            {
                Interlocked.Exchange(ref _initialWindow, BinaryPrimitives.ReadInt32BigEndian(settings.AsSpan(at + 2)));
            }
        }
    }

    void Grow(int id, int by)
    {
        TaskCompletionSource grown;
        lock (_windows)
        {
            if (id == 0)
            {
                _window += by;
            }
            else if (_requests.TryGetValue(id, out var request))
            {
                request.Window += by;
            }

            (grown, _grown) = (_grown, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        grown.TrySetResult();
    }

    async Task<int> TakeWindowAsync(int id, int most)
    {
        while (true)
        {
            Task grown;
            lock (_windows)
            {
                if (!_requests.TryGetValue(id, out var request) || request.IsGone)
                {
                    throw new IOException("The client has reset the stream.");
                }

                var part = (int)Math.Min(most, Math.Min(_window, request.Window));
                if (part > 0)
                {
                    _window -= part;
                    request.Window -= part;
                    return part;
                }

                grown = _grown.Task;
            }

            await grown.WaitAsync(_gone.Token);
        }
    }

    sealed class Request(long window)
    {
        public MemoryStream Block { get; } = new();

        public MemoryStream Body { get; } = new();

        public long Window { get; set; } = window;

        public bool IsGone { get; set; }
    }
}
