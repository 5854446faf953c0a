using System.Text.Json;
using System.Text.Json.Serialization;

namespace MetricsKit.Testing;

/// <summary>One answer of the receiver, other than success. What does not belong to the protocol that a request came by is ignored.</summary>
public sealed record ScriptedOtlpAnswer
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault };

    /// <summary>To how many requests in a row; the default is one.</summary>
    public int Times { get; init; }

    /// <summary>The status over HTTP; the default is 200.</summary>
    public int Status { get; init; }

    /// <summary>The status over gRPC; the default is OK.</summary>
    public int Code { get; init; }

    /// <summary>What is said: the text of an error, or of a partial success.</summary>
    public string? Message { get; init; }

    /// <summary>How many points a partial success rejects.</summary>
    public long? Rejected { get; init; }

    /// <summary>Headers over HTTP, trailers over gRPC; binary ones, whose name ends in <c>-bin</c>, in base64.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>The very bytes of the message that is answered.</summary>
    public byte[]? Body { get; init; }

    /// <summary>For how many milliseconds the answer is held back.</summary>
    public int Delay { get; init; }

    /// <summary>Whether there is never an answer.</summary>
    public bool Hang { get; init; }

    /// <summary>Whether the connection is closed instead of an answer.</summary>
    public bool Drop { get; init; }
}
