namespace MetricsKit;

/// <summary>The tag keys that several meters share.</summary>
public static class Tags
{
    /// <summary>What kind of thing was measured, in the user's words.</summary>
    public static TagKey<string> Type { get; } = TagKey.Open("type");

    /// <summary>How bad a safety event is.</summary>
    public static TagKey<Severity> Severity { get; } = TagKey.OfMembers<Severity>("severity", "info", "warning", "critical");

    /// <summary>How urgent a mission is.</summary>
    public static TagKey<MissionPriority> Priority { get; } = TagKey.OfMembers<MissionPriority>("priority", "high", "normal", "low");

    /// <summary>How a mission ended.</summary>
    public static TagKey<MissionStatus> MissionStatus { get; } = TagKey.OfMembers<MissionStatus>("status", "succeeded", "failed", "aborted");

    /// <summary>The method of an HTTP request; what is not registered is <c>_OTHER</c>, so that a scanner adds no series.</summary>
    public static TagKey<string> Method { get; } = TagKey.OneOf("method", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "CONNECT", "TRACE", "QUERY");

    /// <summary>The route template of an HTTP request, never its path.</summary>
    public static TagKey<string> Endpoint { get; } = TagKey.Open("endpoint");

    /// <summary>The status code of an HTTP response.</summary>
    public static TagKey<string> StatusCode { get; } = TagKey.Open("status_code");

    /// <summary>The kind of telemetry data.</summary>
    public static TagKey<string> DataType { get; } = TagKey.Open("data_type");

    /// <summary>The kind of configuration.</summary>
    public static TagKey<string> ConfigType { get; } = TagKey.Open("config_type");

    /// <summary>The name of a cache.</summary>
    public static TagKey<string> CacheType { get; } = TagKey.Open("cache_type");
}
