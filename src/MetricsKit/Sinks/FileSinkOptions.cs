namespace MetricsKit;

/// <summary>The file sink: samples as lines in files of a directory.</summary>
public sealed class FileSinkOptions : SinkOptions
{
    /// <summary>The directory; it is made when it is missing.</summary>
    public string Directory { get; set; } = "";

    /// <summary><c>json</c> (one object a line) or <c>csv</c>.</summary>
    /// <value>The default is <c>json</c>.</value>
    public string Format { get; set; } = "json";

    /// <summary>The size at which a file is closed and the next begun; each UTC day begins a file as well.</summary>
    /// <value>The default is 64 MiB. At least 4 KiB.</value>
    public long MaxFileBytes { get; set; } = 64 << 20;

    /// <summary>Most bytes of all files of the sink together; the oldest closed files are deleted.</summary>
    /// <value>The default is 1 GiB. At least twice <see cref="MaxFileBytes"/>.</value>
    public long MaxTotalBytes { get; set; } = 1 << 30;

    /// <summary>Whether closed files are compressed with gzip.</summary>
    /// <value>The default is true.</value>
    public bool Compress { get; set; } = true;

    /// <summary>Whether a batch is acknowledged only when it is on the disk (<c>fdatasync</c>). Off: when the operating system has it, which outlives the process but not the machine.</summary>
    /// <value>The default is true.</value>
    public bool Sync { get; set; } = true;
}
