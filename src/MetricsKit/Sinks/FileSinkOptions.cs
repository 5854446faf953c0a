namespace MetricsKit;

/// <summary>The file sink: samples as lines in files of a directory.</summary>
/// <remarks>
/// Files are called <c>metrics-20261121-000001.jsonl</c> or <c>.csv</c>: the UTC day on which one was begun, and its number on that day. A directory belongs to one
/// sink: a second one, of another process too, gets an error and tries again until the first is gone. Directory and files are for their owner alone (0700, 0600).
/// A batch is in one file, as a whole; what a failed attempt wrote of it is cut off again. After a restart the last file of the day goes on, without the torn line
/// that a killed process may have left.
/// </remarks>
public sealed class FileSinkOptions : SinkOptions
{
    /// <summary>As every sink, but with a <see cref="SinkOptions.MaxRetryDelay"/> of 2 s: trying a disk costs nothing, and when it has room again samples should not wait.</summary>
    public FileSinkOptions() => MaxRetryDelay = TimeSpan.FromSeconds(2);

    /// <summary>The directory; it is made when it is missing.</summary>
    public string Directory { get; set; } = "";

    /// <summary><c>json</c> (one object a line) or <c>csv</c> (RFC 4180, with a header line).</summary>
    /// <value>The default is <c>json</c>.</value>
    /// <remarks>
    /// JSON: <c>{"name":…,"value":…,"timestamp":…,"labels":{…},"metric_type":…}</c>, the timestamp in UTC to 100 ns. CSV has the same columns, the labels as one JSON object;
    /// a name that a spreadsheet might take for a formula, and one that begins with an apostrophe, has an apostrophe in front, which a reader takes away.
    /// </remarks>
    public string Format { get; set; } = "json";

    /// <summary>The size past which a file does not grow: a batch that no longer fits begins the next. One that is longer by itself has a file of its own. Each UTC day begins a file as well.</summary>
    /// <value>The default is 64 MiB. At least 4 KiB.</value>
    public long MaxFileBytes { get; set; } = 64 << 20;

    /// <summary>Most bytes of all files of the sink together, with room for <see cref="MaxFileBytes"/> kept for the one that is written; the oldest closed files are deleted, also when there are 10,000.</summary>
    /// <value>The default is 1 GiB. At least twice <see cref="MaxFileBytes"/>.</value>
    /// <remarks>This is how long samples are kept, no loss: a sample that is deleted so was acknowledged, and stays counted as that. While a file is compressed, its copy comes on top.</remarks>
    public long MaxTotalBytes { get; set; } = 1 << 30;

    /// <summary>Whether closed files are compressed with gzip, by a thread of its own.</summary>
    /// <value>The default is true.</value>
    public bool Compress { get; set; } = true;

    /// <summary>Whether a batch is acknowledged only when it is on the disk (<c>fdatasync</c>). Off: when the operating system has it, which outlives the process but not the machine.</summary>
    /// <value>The default is true.</value>
    public bool Sync { get; set; } = true;

    /// <summary>Everything that is wrong with what is the file sink's own, a sentence each.</summary>
    /// <param name="path">Where the options are in the configuration.</param>
    internal IEnumerable<string> Faults(string path)
    {
        const long LeastFile = 4 << 10;
        if (string.IsNullOrWhiteSpace(Directory)) yield return $"{path}:Directory is empty: name the directory for the files, which no other sink uses.";
        else if (Directory.Contains('\0')) yield return $"{path}:Directory has a NUL character: no directory is called so.";
        if (!SampleLineWriter.TryMake(Format, out _)) yield return $"{path}:Format is '{Format}': it must be json or csv.";
        if (MaxFileBytes < LeastFile) yield return $"{path}:MaxFileBytes is {MaxFileBytes}: it must be at least {LeastFile}.";
        else if (MaxTotalBytes / 2 < MaxFileBytes) yield return $"{path}:MaxTotalBytes is {MaxTotalBytes}: it must be at least twice MaxFileBytes, {MaxFileBytes}.";
    }
}
