using System.Globalization;

namespace MetricsKit;

/// <summary>How long a server asks to be left alone. It is the server's word, and so has a bound: a negative or absurd one must not silence the exporter, nor have it call without a pause.</summary>
static class OtlpDelay
{
    /// <summary>No server is obeyed for longer. Somebody who mistyped a delay should not lose more than some minutes.</summary>
    internal static readonly TimeSpan Most = TimeSpan.FromMinutes(5);

    /// <summary>A delay of so many seconds and nanoseconds.</summary>
    internal static TimeSpan Of(long seconds, long nanos)
    {
        double whole = seconds + nanos / 1e9;
        return TimeSpan.FromSeconds(Math.Clamp(whole, 0, Most.TotalSeconds));
    }

    /// <summary>The delay of a <c>Retry-After</c> header, which has seconds or a date (RFC 9110, section 10.2.3); null when it has neither.</summary>
    internal static TimeSpan? Of(string? retryAfter, DateTimeOffset now)
    {
        string text = retryAfter?.Trim() ?? "";
        if (text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('0', '9')) return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) ? Of(seconds, 0) : Most;
        if (!DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)) return null;
        return Of((long)Math.Ceiling((date - now).TotalSeconds), 0);
    }
}
