namespace MetricsKit.Testing;

/// <summary>One point of any kind; what a kind does not have is <see langword="null"/> or empty.</summary>
public sealed record ReceivedPoint
{
    /// <summary>What tells it from the others of its metric.</summary>
    public required IReadOnlyList<ReceivedKeyValue> Attributes { get; init; }

    /// <summary>Since when it counts, in nanoseconds since 1970; 0 where it does not say.</summary>
    public ulong StartTime { get; init; }

    /// <summary>When it was read, in nanoseconds since 1970.</summary>
    public ulong Time { get; init; }

    /// <summary>The value of a sum or gauge: a long as it was sent as <c>as_int</c>, or a double.</summary>
    public object? Value { get; init; }

    /// <summary>A histogram's number of measurements.</summary>
    public ulong? Count { get; init; }

    /// <summary>A histogram's sum.</summary>
    public double? Sum { get; init; }

    /// <summary>A histogram's least measurement.</summary>
    public double? Min { get; init; }

    /// <summary>A histogram's largest measurement.</summary>
    public double? Max { get; init; }

    /// <summary>A histogram's buckets, not cumulative.</summary>
    public IReadOnlyList<ulong> BucketCounts { get; init; } = [];

    /// <summary>A histogram's bounds.</summary>
    public IReadOnlyList<double> Bounds { get; init; } = [];

    /// <summary>The exemplars.</summary>
    public IReadOnlyList<ReceivedExemplar> Exemplars { get; init; } = [];

    /// <summary>The flags, of which 1 says that no value was recorded.</summary>
    public uint Flags { get; init; }
}

/// <summary>One exemplar; its ids in lower-case hexadecimal, empty where it has none.</summary>
public sealed record ReceivedExemplar(IReadOnlyList<ReceivedKeyValue> Attributes, ulong Time, object? Value, string TraceId, string SpanId);
