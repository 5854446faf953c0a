namespace MetricsKit.Testing;

/// <summary>What a <see cref="ChaosProxy"/> does to the connections that begin while it holds.</summary>
public sealed record ChaosPlan
{
    /// <summary>Nothing: bytes pass.</summary>
    public static ChaosPlan None { get; } = new();

    /// <summary>To what the client sends.</summary>
    public ChaosFault Requests { get; init; } = new();

    /// <summary>To what the server sends.</summary>
    public ChaosFault Answers { get; init; } = new();
}

/// <summary>What happens to one direction of a connection.</summary>
public sealed record ChaosFault
{
    /// <summary>How long each piece waits.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Most bytes of a piece; 1 with a delay is a drip.</summary>
    public int Piece { get; init; } = 1 << 16;

    /// <summary>After how many bytes of this direction the end comes; <see langword="null"/> for never.</summary>
    public long? After { get; init; }

    /// <summary>What the end is.</summary>
    public ChaosEnd End { get; init; }
}

/// <summary>How a direction ends.</summary>
public enum ChaosEnd
{
    /// <summary>Both sides see the connection reset.</summary>
    Reset,

    /// <summary>The receiver sees the sender's half closed, and may go on sending; the sender notices nothing.</summary>
    HalfClose,

    /// <summary>A black hole: what is sent is taken and goes nowhere, and nobody notices.</summary>
    Swallow,
}
