namespace MetricsKit;

/// <summary>The destination of a sink refused samples for good; it took the rest of the batch. They are counted as dropped, and the batch is not tried again.</summary>
public sealed class SamplesRejectedException : Exception
{
    /// <summary>No samples.</summary>
    public SamplesRejectedException() { }

    /// <summary>No samples.</summary>
    /// <param name="message">What the destination said.</param>
    public SamplesRejectedException(string message) : base(message) { }

    /// <summary>No samples.</summary>
    /// <param name="message">What the destination said.</param>
    /// <param name="innerException">The cause.</param>
    public SamplesRejectedException(string message, Exception innerException) : base(message, innerException) { }

    /// <summary>Some samples of a batch.</summary>
    /// <param name="rejected">How many.</param>
    /// <param name="message">What the destination said.</param>
    /// <param name="innerException">The cause.</param>
    public SamplesRejectedException(int rejected, string message, Exception? innerException = null) : base(message, innerException) => Rejected = rejected;

    /// <summary>How many samples of the batch were refused.</summary>
    public int Rejected { get; }
}
