namespace MetricsKit;

/// <summary>Finds what is wrong with the options of the InfluxDB sink.</summary>
static class InfluxDbFaults
{
    // The server names directories by them.
    const int LongestName = 255;

    /// <summary>Everything that is wrong, a sentence each; none of them shows the password or a URL that may have one in it.</summary>
    internal static IEnumerable<string> Of(InfluxDbSinkOptions options, string path)
    {
        if (options.Url.Contains('@', StringComparison.Ordinal)) yield return $"{path}:Url has a user in it: set Username and Password instead.";
        else if (!Uri.TryCreate(options.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0) yield return $"{path}:Url is '{options.Url}': it must be an absolute URL with http or https, such as http://localhost:8086.";
        else if (url.Query.Length > 0 || url.Fragment.Length > 0) yield return $"{path}:Url has a query or a fragment: it ends with the host, the port or a path.";
        if (DescribeBadName(options.Database) is { } bad) yield return $"{path}:Database {bad}.";
        if (options.RetentionPolicy.Length > 0 && DescribeBadName(options.RetentionPolicy) is { } badPolicy) yield return $"{path}:RetentionPolicy {badPolicy}.";
        if (options.Retention != TimeSpan.Zero && options.Retention < TimeSpan.FromHours(1)) yield return $"{path}:Retention is {options.Retention:c}: it must be at least one hour, or zero for ever.";
        if (LinePrecision.Find(options.Precision) is null) yield return $"{path}:Precision is '{options.Precision}': it must be ns, u, ms or s.";
        if (options.Username.Contains(':', StringComparison.Ordinal)) yield return $"{path}:Username has a colon, which HTTP's basic authentication takes for its end: give the user another name.";
        if (options.Username.Length == 0 && options.Password.Length > 0) yield return $"{path}:Password is set and Username is not: set both or neither.";
    }

    static string? DescribeBadName(string name)
    {
        if (name is "" or "." or "..") return $"is '{name}': give it a name such as metrics";
        if (name.Any(static c => char.IsControl(c) || char.IsSurrogate(c) || c is '/' or '\\')) return "has a slash, a backslash or a character that cannot be printed: InfluxDB has no such name";
        return name.Length > LongestName ? $"has {name.Length} characters: it may have at most {LongestName}" : null;
    }
}
