namespace MetricsKit;

/// <summary>The JSON exporter: each snapshot as one document, into a file, to a URL, or both.</summary>
public sealed class JsonExporterOptions : ExporterOptions
{
    /// <summary>The file, which is replaced as a whole at each export, so that a reader never sees half a document; empty: none.</summary>
    public string Path { get; set; } = "";

    /// <summary>Where documents are posted; empty: nowhere.</summary>
    public string Url { get; set; } = "";

    /// <summary>Headers of the requests, such as <c>Authorization</c>. Their values appear in no log and no exception.</summary>
    public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether posted documents are compressed with gzip.</summary>
    /// <value>The default is true.</value>
    public bool Compress { get; set; } = true;
}
