namespace MetricsKit;

/// <summary>What became of the data points of an exporter: attempted = accepted + rejected + refused + unsent + in doubt, whenever no export is under way.</summary>
/// <remarks>Each point of each snapshot counts once, however often it was tried. The exporter counts, the kit's own metrics show it.</remarks>
sealed class PointLedger
{
    long _attempted, _accepted, _rejected, _refused, _unsent, _inDoubt;

    /// <summary>Points that an export was to bring.</summary>
    internal long Attempted => Interlocked.Read(ref _attempted);

    /// <summary>Points that the server has.</summary>
    internal long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>Points that the server rejected, one by one, of requests that it accepted.</summary>
    internal long Rejected => Interlocked.Read(ref _rejected);

    /// <summary>Points of requests that the server refused for good.</summary>
    internal long Refused => Interlocked.Read(ref _refused);

    /// <summary>Points that did not get through: there was no connection or no time, or the server did not take them then.</summary>
    internal long Unsent => Interlocked.Read(ref _unsent);

    /// <summary>Points that were sent and not answered: nobody knows whether the server has them.</summary>
    internal long InDoubt => Interlocked.Read(ref _inDoubt);

    internal void Attempt(int points) => Interlocked.Add(ref _attempted, points);

    internal void Accept(int points) => Interlocked.Add(ref _accepted, points);

    internal void Reject(int points) => Interlocked.Add(ref _rejected, points);

    internal void Refuse(int points) => Interlocked.Add(ref _refused, points);

    internal void Withhold(int points) => Interlocked.Add(ref _unsent, points);

    internal void Doubt(int points) => Interlocked.Add(ref _inDoubt, points);
}
