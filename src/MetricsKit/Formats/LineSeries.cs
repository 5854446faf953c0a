namespace MetricsKit;

/// <summary>What is the same in all lines of a series.</summary>
sealed class LineSeries
{
    internal LineSeries(byte[] key)
    {
        Text = [.. key, .. " value="u8];
        ulong hash = 14695981039346656037; // FNV-1a, 64 bits
        foreach (byte b in key) hash = (hash ^ b) * 1099511628211;
        Hash = hash;
    }

    /// <summary>The line up to the value.</summary>
    internal byte[] Text { get; }

    /// <summary>The same for equal measurement and tags, whoever made the series; nearly always another for others.</summary>
    internal ulong Hash { get; }
}
