namespace MetricsKit;

/// <summary>The JSON exporter: each snapshot as one document, into a file, to a URL, or both. <see cref="JsonSnapshotWriter"/> says what is in the document.</summary>
/// <remarks>File and URL are two exporters, <c>json_file</c> and <c>json_http</c>: when one of them fails or hangs, the other goes on.</remarks>
public sealed class JsonExporterOptions : ExporterOptions
{
    /// <summary>The file, which is replaced as a whole at each export, so that a reader never sees half a document; empty: none.</summary>
    /// <remarks>Only the user of the process may read it (mode 0600), and its directory is made if there is none. Relative paths begin at the current directory.</remarks>
    public string Path { get; set; } = "";

    /// <summary>Where documents are posted: an address with http or https and without a user; empty: nowhere. For authentication there are <see cref="Headers"/>.</summary>
    /// <remarks>It is connected directly: a proxy of the environment is not used. Any answer between 200 and 299 acknowledges the document. Redirects are not followed, so that headers go to nobody else.</remarks>
    public string Url { get; set; } = "";

    /// <summary>Headers of the requests, such as <c>Authorization</c>. Their values appear in no log and no exception.</summary>
    public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether posted documents are compressed with gzip.</summary>
    /// <value>The default is true.</value>
    public bool Compress { get; set; } = true;

    internal override IEnumerable<string> Faults(string path)
    {
        foreach (string fault in base.Faults(path)) yield return fault;
        if (Path.Length == 0 && Url.Length == 0) yield return $"{path} has neither Path nor Url: say where documents go, or set {path}:Enabled to false.";
        if (Path.Length > 0 && !IsFile(Path)) yield return $"{path}:Path is '{Path}', which is no file: write the name of the document as its last part.";
        foreach (string fault in RequestFaults.OfAddress(path, "Url", Url, "http://collector:8080/metrics")) yield return fault;
        foreach (string fault in RequestFaults.OfHeaders(path, Headers)) yield return fault;
    }

    static bool IsFile(string path) => path.AsSpan().IndexOf('\0') < 0 && System.IO.Path.GetFileName(path) is not ("" or "." or "..") && !Directory.Exists(path);
}
