using System.IO.Compression;
using System.Text;

namespace MetricsKit.Testing;

/// <summary>A request as a <see cref="ScriptedServer"/> received it.</summary>
/// <param name="Line">Method, path and version.</param>
/// <param name="Headers">By name, whatever its case.</param>
/// <param name="Body">As it came.</param>
public sealed record ScriptedRequest(string Line, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>The body as text, unpacked if it was packed.</summary>
    public string Text
    {
        get
        {
            using var body = new MemoryStream(Body);
            using Stream plain = Headers.TryGetValue("Content-Encoding", out var coding) && coding == "gzip" ? new GZipStream(body, CompressionMode.Decompress) : body;
            using var reader = new StreamReader(plain, Encoding.UTF8);
            return reader.ReadToEnd();
        }
    }
}
