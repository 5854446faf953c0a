using System.Text;

namespace MetricsKit.Testing;

/// <summary>Header fields as HTTP/2 carries them (RFC 7541), as far as .NET's client uses it: no Huffman code and no dynamic table. Anything else throws.</summary>
public static class HpackFields
{
    // Appendix A, "Static Table Definition": names, and values where there are any.
    static readonly string[] _static =
    [
        ":authority", ":method=GET", ":method=POST", ":path=/", ":path=/index.html", ":scheme=http", ":scheme=https", ":status=200", ":status=204", ":status=206", ":status=304",
        ":status=400", ":status=404", ":status=500", "accept-charset", "accept-encoding=gzip, deflate", "accept-language", "accept-ranges", "accept", "access-control-allow-origin",
        "age", "allow", "authorization", "cache-control", "content-disposition", "content-encoding", "content-language", "content-length", "content-location", "content-range",
        "content-type", "cookie", "date", "etag", "expect", "expires", "from", "host", "if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since",
        "last-modified", "link", "location", "max-forwards", "proxy-authenticate", "proxy-authorization", "range", "referer", "refresh", "retry-after", "server", "set-cookie",
        "strict-transport-security", "transfer-encoding", "user-agent", "vary", "via", "www-authenticate",
    ];

    /// <summary>Reads a block; values of one name are joined by commas.</summary>
    public static Dictionary<string, string> Read(ReadOnlySpan<byte> block)
    {
        Dictionary<string, string> fields = [];
        while (!block.IsEmpty)
        {
            var kind = block[0];
            if ((kind & 0xE0) == 0x20)
            {
                Number(ref block, 5); // the size of a table that stays empty
                continue;
            }

            var (name, value) = (kind & 0x80) != 0 ? Known(Number(ref block, 7)) : Literal(ref block, (kind & 0x40) != 0 ? 6 : 4);
            fields[name] = fields.TryGetValue(name, out var before) ? $"{before},{value}" : value;
        }

        return fields;
    }

    /// <summary>Writes a block of literals.</summary>
    public static byte[] Write(params (string Name, string Value)[] fields)
    {
        using MemoryStream block = new();
        foreach (var (name, value) in fields)
        {
            block.WriteByte(0);
            Put(block, name);
            Put(block, value);
        }

        return block.ToArray();
    }

    static (string Name, string Value) Literal(ref ReadOnlySpan<byte> block, int prefix)
    {
        var index = Number(ref block, prefix);
        var name = index > 0 ? Known(index).Name : Text(ref block);
        return (name, Text(ref block));
    }

    static (string Name, string Value) Known(int index)
    {
        var entry = _static[index - 1];
        var split = entry.IndexOf('=', StringComparison.Ordinal);
        return split < 0 ? (entry, "") : (entry[..split], entry[(split + 1)..]);
    }

    static string Text(ref ReadOnlySpan<byte> block)
    {
        if ((block[0] & 0x80) != 0)
        {
            throw new NotSupportedException("Huffman code");
        }

        var length = Number(ref block, 7);
        var text = Encoding.Latin1.GetString(block[..length]);
        block = block[length..];
        return text;
    }

    // Section 5.1: a prefix of some bits, and groups of seven behind it when that is full.
    static int Number(ref ReadOnlySpan<byte> block, int prefix)
    {
        var most = (1 << prefix) - 1;
        var number = block[0] & most;
        block = block[1..];
        for (var shift = 0; number >= most && shift < 28; shift += 7)
        {
            number += (block[0] & 0x7F) << shift;
            var isLast = block[0] < 0x80;
            block = block[1..];
            if (isLast)
            {
                break;
            }
        }

        return number;
    }

    static void Put(MemoryStream block, string text)
    {
        const int Most = 0x7F;
        var length = text.Length;
        block.WriteByte((byte)Math.Min(length, Most));
        if (length >= Most)
        {
            for (length -= Most; length >= 0x80; length >>= 7)
            {
                block.WriteByte((byte)(length | 0x80));
            }

            block.WriteByte((byte)length);
        }

        block.Write(Encoding.Latin1.GetBytes(text));
    }
}
