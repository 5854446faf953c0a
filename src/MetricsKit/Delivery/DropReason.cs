namespace MetricsKit;

/// <summary>Why a lane let go of something that was not delivered, besides a refusal by the destination.</summary>
enum DropReason
{
    /// <summary>What came later needed its place: <c>queue_full</c>.</summary>
    QueueFull,

    /// <summary>The budget of the stop was over before it could be delivered: <c>shutdown</c>.</summary>
    Shutdown,

    /// <summary>It was posted after the stop had begun: <c>stopped</c>.</summary>
    Stopped,
}
