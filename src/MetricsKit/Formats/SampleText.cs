using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MetricsKit;

/// <summary>The parts of a series as the line formats spell them.</summary>
static class SampleText
{
    // Lines go into files and to other programs, not into a page: letters of all languages stay readable.
    static readonly JavaScriptEncoder _encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>A JSON string with its quotes. Lone surrogates become U+FFFD, since they have no bytes in UTF-8.</summary>
    internal static byte[] Json(string text) => [(byte)'"', .. JsonEncodedText.Encode(TagText.Sanitise(text, out _), _encoder).EncodedUtf8Bytes, (byte)'"'];

    /// <summary>A JSON object.</summary>
    internal static byte[] Json(ImmutableArray<KeyValuePair<string, string>> tags)
    {
        ArrayBufferWriter<byte> to = new();
        to.Write("{"u8);
        for (int i = 0; i < tags.Length; i++)
        {
            if (i > 0) to.Write(","u8);
            to.Write(Json(tags[i].Key));
            to.Write(":"u8);
            to.Write(Json(tags[i].Value));
        }
        to.Write("}"u8);
        return to.WrittenSpan.ToArray();
    }

    /// <summary>The word of a kind.</summary>
    internal static ReadOnlySpan<byte> Kind(SampleKind kind) => kind switch
    {
        SampleKind.Counter => "counter"u8,
        SampleKind.Histogram => "histogram"u8,
        _ => "gauge"u8,
    };
}
