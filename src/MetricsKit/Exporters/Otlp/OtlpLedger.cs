namespace MetricsKit;

/// <summary>What became of the data points of an exporter: attempted = accepted + rejected + refused + unsent + in doubt, whenever no export is under way.</summary>
/// <remarks>Each point of each snapshot counts once, however often it was tried.</remarks>
sealed class OtlpLedger
{
    long _attempted, _accepted, _rejected, _refused, _unsent, _inDoubt;

    /// <summary>Points that an export was to bring.</summary>
    internal long Attempted => Interlocked.Read(ref _attempted);

    /// <summary>Points that the server has.</summary>
    internal long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>Points that the server rejected by a partial success.</summary>
    internal long Rejected => Interlocked.Read(ref _rejected);

    /// <summary>Points of requests that the server refused for good.</summary>
    internal long Refused => Interlocked.Read(ref _refused);

    /// <summary>Points that did not get through: there was no connection or no time, or the server did not take them then.</summary>
    internal long Unsent => Interlocked.Read(ref _unsent);

    /// <summary>Points that were sent and not answered: nobody knows whether the server has them.</summary>
    internal long InDoubt => Interlocked.Read(ref _inDoubt);

    internal void Attempt(int points) => Interlocked.Add(ref _attempted, points);

    /// <summary>Says what became of points that were attempted.</summary>
    internal void Count(OtlpAnswer answer, int points)
    {
        long rejected = answer.Verdict == OtlpVerdict.Accepted ? Math.Clamp(answer.Rejected, 0, points) : 0;
        Interlocked.Add(ref _rejected, rejected);
        Interlocked.Add(ref BookOf(answer.Verdict), points - rejected);
    }

    ref long BookOf(OtlpVerdict verdict)
    {
        switch (verdict)
        {
            case OtlpVerdict.Accepted: return ref _accepted;
            case OtlpVerdict.Refused: return ref _refused;
            case OtlpVerdict.InDoubt: return ref _inDoubt;
            default: return ref _unsent;
        }
    }
}
