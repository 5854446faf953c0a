using System.Buffers.Text;

namespace MetricsKit;

/// <summary>Walks the fields of a line, which any number of blanks separate.</summary>
ref struct ProcFields(ReadOnlySpan<byte> line)
{
    ReadOnlySpan<byte> _rest = line;

    public bool TryNext(out ReadOnlySpan<byte> field)
    {
        var start = 0;
        while (start < _rest.Length && IsBlank(_rest[start]))
            start++;
        var end = start;
        while (end < _rest.Length && !IsBlank(_rest[end]))
            end++;
        field = _rest[start..end];
        _rest = _rest[end..];
        return field.Length > 0;
    }

    /// <summary>Reads a count. A sign, a fraction, a letter or more than 63 bits make it no number, and so absent.</summary>
    public bool TryNextCount(out long value)
    {
        value = 0;
        return TryNext(out var field) && TryParseCount(field, out value);
    }

    public bool TrySkip(int fields)
    {
        while (fields-- > 0)
        {
            if (!TryNext(out _))
                return false;
        }
        return true;
    }

    static bool IsBlank(byte value) => value is (byte)' ' or (byte)'\t';

    public static bool TryParseCount(ReadOnlySpan<byte> digits, out long value)
    {
        // The unsigned parser, because the signed one would accept a sign, which no count of the kernel has.
        var ok = Utf8Parser.TryParse(digits, out ulong parsed, out var consumed)
            && consumed == digits.Length && parsed <= long.MaxValue;
        value = ok ? (long)parsed : 0;
        return ok;
    }
}
