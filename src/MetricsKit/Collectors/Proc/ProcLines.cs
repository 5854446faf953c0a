namespace MetricsKit;

/// <summary>
/// Walks the lines of a kernel file. A last line without its newline is left out: the kernel ends every line, so such a
/// line was cut, and the first digits of a number are a wrong number.
/// </summary>
ref struct ProcLines(ReadOnlySpan<byte> file)
{
    ReadOnlySpan<byte> _rest = file;

    public bool TryNext(out ReadOnlySpan<byte> line)
    {
        var end = _rest.IndexOf((byte)'\n');
        if (end < 0)
        {
            line = default;
            return false;
        }
        line = _rest[..end];
        _rest = _rest[(end + 1)..];
        return true;
    }
}
