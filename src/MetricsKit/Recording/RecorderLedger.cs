namespace MetricsKit;

/// <summary>What became of the samples that somebody tried to record: <c>attempted = accepted + rejected</c>, <c>accepted = handed on + left out + dropped + buffered</c>.</summary>
/// <param name="Accepted">Samples for which <c>Record</c> returned true.</param>
/// <param name="RejectedFull">Refused because there was no room.</param>
/// <param name="RejectedClosed">Refused because the recorder had ended or is switched off.</param>
/// <param name="RejectedNotFinite">Refused as NaN or infinite.</param>
/// <param name="RejectedNegative">Refused as the negative increment of a counter.</param>
/// <param name="RejectedInvalid">Refused for a name that is none.</param>
/// <param name="DroppedOldest">Accepted, then dropped for newer ones.</param>
/// <param name="Filtered">Left out by a processor.</param>
/// <param name="Failed">Dropped because a processor failed.</param>
/// <param name="Posted">Handed to the lanes of the sinks.</param>
/// <param name="Buffered">In blocks.</param>
readonly record struct RecorderLedger(
    long Accepted, long RejectedFull, long RejectedClosed, long RejectedNotFinite, long RejectedNegative, long RejectedInvalid,
    long DroppedOldest, long Filtered, long Failed, long Posted, long Buffered)
{
    internal long Rejected => RejectedFull + RejectedClosed + RejectedNotFinite + RejectedNegative + RejectedInvalid;
}
