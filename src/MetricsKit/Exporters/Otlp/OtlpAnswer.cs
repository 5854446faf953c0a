namespace MetricsKit;

/// <summary>What came of a request.</summary>
/// <param name="Verdict">What it means for its points.</param>
/// <param name="Text">What happened, to go on with behind the server's name; of an accepted request what is odd about it, and empty when nothing is.</param>
/// <param name="Rejected">How many points of an accepted request were rejected.</param>
/// <param name="RetryAfter">How long the server asks to be left alone, if it does.</param>
/// <param name="MayBeTaken">Whether a server that does not say that it took the points may have done so all the same: whoever answered had only stopped waiting.</param>
readonly record struct OtlpAnswer(OtlpVerdict Verdict, string Text, long Rejected = 0, TimeSpan? RetryAfter = null, bool MayBeTaken = false)
{
    /// <summary>Whether the points need not be sent again.</summary>
    internal bool IsSettled => Verdict is OtlpVerdict.Accepted or OtlpVerdict.Refused;

    /// <summary>How many of so many points were rejected: never fewer than none nor more than there were, whatever the server says.</summary>
    internal int RejectedOf(int points) => (int)Math.Clamp(Rejected, 0, points);

    /// <summary>An accepted request, by the message that says so.</summary>
    /// <param name="response">An <c>ExportMetricsServiceResponse</c>, if it is one.</param>
    /// <param name="isReadable">Whether the bytes are all of it, and what they should be.</param>
    /// <param name="quotable">Makes of what the server said what may be told.</param>
    internal static OtlpAnswer Taken(ReadOnlySpan<byte> response, bool isReadable, QuotableText quotable)
    {
        // The status has said that they are taken, and a body that cannot be read does not take that back.
        if (!isReadable || !PartialSuccess.TryRead(response, out var partial)) return new(OtlpVerdict.Accepted, "took the points with an answer that cannot be read, so it is not known whether all of them");
        if (partial.Rejected > 0) return new(OtlpVerdict.Accepted, "did not take all points" + quotable.Quote(partial.Message), partial.Rejected);
        return new(OtlpVerdict.Accepted, partial.Message.Length == 0 ? "" : "took the points with a warning" + quotable.Quote(partial.Message));
    }
}
