namespace MetricsKit.Testing;

/// <summary>One request as it came.</summary>
/// <param name="Protocol"><c>http</c> or <c>grpc</c>.</param>
/// <param name="Path">The path that was asked for.</param>
/// <param name="Headers">Its headers, over gRPC also those of HTTP/2 such as <c>:path</c>.</param>
/// <param name="Encoding">How it was compressed; empty: not at all.</param>
/// <param name="WireLength">The bytes of its body on the wire, over gRPC with the prefix of the message.</param>
/// <param name="Length">The bytes of the message itself.</param>
/// <param name="Metrics">What it carried; nothing where it was not understood.</param>
/// <param name="Error">Why it was not understood, or <see langword="null"/>.</param>
public sealed record ReceivedRequest(
    string Protocol, string Path, IReadOnlyDictionary<string, string> Headers, string Encoding, int WireLength, int Length, ReceivedMetrics Metrics, string? Error);
