namespace MetricsKit;

/// <summary>An export that did not bring all of its points. Its message is made for the log, and holds nothing that is secret.</summary>
sealed class OtlpExportException(string message) : Exception(message);
