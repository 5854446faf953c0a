using System.Buffers.Binary;

namespace MetricsKit.Testing;

/// <summary>What a scripted server does with one call.</summary>
public sealed class GrpcAnswer
{
    readonly Http2Connection _connection;
    readonly int _id;

    internal GrpcAnswer(Http2Connection connection, int id, CancellationToken end) => (_connection, _id, End) = (connection, id, end);

    /// <summary>Cancelled when the client has gone, or the server ends.</summary>
    public CancellationToken End { get; }

    /// <summary>Headers or trailers.</summary>
    public Task HeadersAsync(bool isLast, params (string Name, string Value)[] fields) => _connection.WriteHeadersAsync(_id, HpackFields.Write(fields), isLast);

    /// <summary>The headers of a gRPC answer that goes on.</summary>
    public Task BeginAsync() => HeadersAsync(isLast: false, (":status", "200"), ("content-type", "application/grpc"));

    /// <summary>A part of the body, as it is.</summary>
    public Task DataAsync(ReadOnlyMemory<byte> bytes) => _connection.WriteDataAsync(_id, bytes);

    /// <summary>A message behind its prefix.</summary>
    public Task MessageAsync(ReadOnlySpan<byte> message)
    {
        var framed = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), message.Length);
        message.CopyTo(framed.AsSpan(5));
        return DataAsync(framed);
    }

    /// <summary>Bytes on the connection that may be anything.</summary>
    public Task RawAsync(ReadOnlyMemory<byte> bytes) => _connection.WriteRawAsync(bytes);

    /// <summary>Ends the stream with an error code of HTTP/2.</summary>
    public Task ResetAsync(int code) => _connection.ResetAsync(_id, code);

    /// <summary>Nothing until the client has gone, or the server ends.</summary>
    public Task HangAsync() => new TaskCompletionSource().Task.WaitAsync(End);
}
