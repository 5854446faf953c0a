namespace MetricsKit;

/// <summary>What became of everything that was posted to a lane, by weight, at one moment.</summary>
/// <remarks><c>Posted = Delivered + Refused + Dropped + Queued + InFlight</c> holds in every ledger that is read.</remarks>
readonly record struct DeliveryLedger
{
    internal long Posted { get; init; }

    internal long Delivered { get; init; }

    /// <summary>What the destination will never take.</summary>
    internal long Refused { get; init; }

    /// <summary>Reason <c>queue_full</c>.</summary>
    internal long DroppedQueueFull { get; init; }

    /// <summary>Reason <c>shutdown</c>.</summary>
    internal long DroppedShutdown { get; init; }

    /// <summary>Reason <c>stopped</c>.</summary>
    internal long DroppedStopped { get; init; }

    internal long Dropped => DroppedQueueFull + DroppedShutdown + DroppedStopped;

    /// <summary>What waits, also between two attempts.</summary>
    internal long Queued { get; init; }

    internal long QueuedBytes { get; init; }

    /// <summary>What is inside an attempt.</summary>
    internal long InFlight { get; init; }

    internal long InFlightBytes { get; init; }

    /// <summary>How often the destination was called.</summary>
    internal long Attempts { get; init; }

    /// <summary>Attempts that did not deliver, those of <see cref="Timeouts"/> among them. A refusal is none.</summary>
    internal long Failures { get; init; }

    /// <summary>Attempts that did not deliver within their deadline.</summary>
    internal long Timeouts { get; init; }

    /// <summary>Calls that ignored their cancellation, were given up and have not come back yet.</summary>
    internal int Hung { get; init; }

    /// <summary>Calls that came back after they had been given up; what they said is ignored.</summary>
    internal long Late { get; init; }

    /// <summary>Exceptions out of callbacks: <c>released</c>, <c>refused</c>, the log, and those registered on a cancelled token.</summary>
    internal long CallbackFaults { get; init; }

    /// <summary>Whether attempts pause because so many failed in a row; also while a probe is under way.</summary>
    internal bool IsBreakerOpen { get; init; }

    /// <summary>When the last attempt failed; null when none has.</summary>
    internal DateTimeOffset? LastFailure { get; init; }

    /// <summary>What the ledger fails to explain: 0.</summary>
    internal long Imbalance => Posted - Delivered - Refused - Dropped - Queued - InFlight;
}
