namespace MetricsKit;

/// <summary>
/// Reads <c>/proc/net/dev</c> (proc_pid_net(5)): the bytes that each interface has received and sent since it exists.
/// The two lines of headings are passed over because they hold no numbers.
/// </summary>
ref struct ProcNetDev(ReadOnlySpan<byte> file)
{
    ProcLines _lines = new(file);

    /// <summary>Moves to the next interface.</summary>
    /// <param name="name">The name of the interface, in the bytes of the file.</param>
    /// <param name="received">Bytes received.</param>
    /// <param name="sent">Bytes sent.</param>
    public bool TryRead(out ReadOnlySpan<byte> name, out long received, out long sent)
    {
        while (_lines.TryNext(out var line))
        {
            // Old kernels leave no blank after the colon, and an alias has a colon in its name: the last one separates.
            var colon = line.LastIndexOf((byte)':');
            if (colon <= 0)
                continue;

            name = line[..colon].Trim(" \t"u8);
            var fields = new ProcFields(line[(colon + 1)..]);
            if (name.Length > 0 && fields.TryNextCount(out received) && fields.TrySkip(7) && fields.TryNextCount(out sent))
                return true;
        }
        name = default;
        received = sent = 0;
        return false;
    }
}
