namespace MetricsKit;

/// <summary>An export that did not bring all of its points. Its message is made for the log, and holds nothing that is secret.</summary>
/// <param name="trouble">What went wrong; null when the server is only left alone as it asked, which is no news.</param>
/// <param name="message">The message.</param>
sealed class OtlpExportException(string? trouble, string message) : Exception(message), IFailureOfAKind
{
    /// <summary>What went wrong, without what the server, or we, say about it behind a colon.</summary>
    public string? Kind { get; } = trouble?.Split(':')[0];
}
