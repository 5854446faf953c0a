using System.Buffers.Binary;
using System.IO.Compression;

namespace MetricsKit.Testing;

/// <summary>A unary call as a <see cref="ScriptedGrpcServer"/> received it.</summary>
/// <param name="Headers">By name, pseudo headers among them.</param>
/// <param name="Body">As it came.</param>
public sealed record GrpcCall(IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>What it is answered.</summary>
    public Delegate? Answer { get; init; }

    /// <summary>The message, unpacked if it was packed.</summary>
    /// <exception cref="InvalidDataException">There is not one message, or it is packed in a way that the headers do not name.</exception>
    public byte[] Message
    {
        get
        {
            if (Body.Length < 5 || BinaryPrimitives.ReadInt32BigEndian(Body.AsSpan(1)) != Body.Length - 5)
            {
                throw new InvalidDataException($"{Body.Length} bytes are not one message.");
            }

            var isPacked = Body[0] switch { 0 => false, 1 => true, _ => throw new InvalidDataException($"Compressed-Flag {Body[0]}") };
            if (isPacked != (Headers.GetValueOrDefault("grpc-encoding") == "gzip"))
            {
                throw new InvalidDataException("The flag and the header do not agree.");
            }

            if (!isPacked)
            {
                return Body[5..];
            }

            using MemoryStream packed = new(Body, 5, Body.Length - 5);
            using GZipStream unpacking = new(packed, CompressionMode.Decompress);
            using MemoryStream plain = new();
            unpacking.CopyTo(plain);
            return plain.ToArray();
        }
    }
}
