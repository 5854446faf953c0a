using System.IO.Compression;

namespace MetricsKit;

/// <summary>Memory for compressed messages, which later ones use again.</summary>
#pragma warning disable CA1001 // A MemoryStream holds memory and nothing else.
sealed class OtlpPacking
#pragma warning restore CA1001
{
    readonly MemoryStream _bytes = new();

    /// <summary>Compresses the bytes behind so many that are the caller's to write.</summary>
    internal Memory<byte> Pack(ReadOnlySpan<byte> bytes, int headRoom)
    {
        _bytes.SetLength(headRoom);
        _bytes.Position = headRoom;
        using (GZipStream packed = new(_bytes, CompressionLevel.Fastest, leaveOpen: true)) packed.Write(bytes);
        return _bytes.GetBuffer().AsMemory(0, (int)_bytes.Length);
    }
}
