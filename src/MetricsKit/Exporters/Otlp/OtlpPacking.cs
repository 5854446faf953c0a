using System.IO.Compression;

namespace MetricsKit;

/// <summary>Memory of a request of its own: for what is compressed, and for what a connection may read behind the answer. Used again by later requests.</summary>
#pragma warning disable CA1001 // A MemoryStream holds memory and nothing else.
sealed class OtlpPacking
#pragma warning restore CA1001
{
    readonly MemoryStream _bytes = new();

    /// <summary>Puts the bytes behind so many that are the caller's to write, and compresses them if asked.</summary>
    internal Memory<byte> Pack(ReadOnlySpan<byte> bytes, int headRoom, bool compress)
    {
        _bytes.SetLength(headRoom);
        _bytes.Position = headRoom;
        if (compress)
        {
            using GZipStream packed = new(_bytes, CompressionLevel.Fastest, leaveOpen: true);
            packed.Write(bytes);
        }
        else _bytes.Write(bytes);
        return _bytes.GetBuffer().AsMemory(0, (int)_bytes.Length);
    }
}
