namespace MetricsKit.Tests.Sinks;

/// <summary>What a rig can do to its destination.</summary>
/// <param name="Name">What happened to it, for the message of a failure.</param>
/// <param name="Effect">What a sink is to make of it.</param>
sealed record SinkFault(string Name, SinkFaultEffect Effect = SinkFaultEffect.Throws)
{
    public override string ToString() => $"the fault '{Name}'";
}

/// <summary>What a sink is to make of a fault.</summary>
enum SinkFaultEffect
{
    /// <summary>The destination refuses: a write throws by itself, and never anything that says "refused for good".</summary>
    Throws,

    /// <summary>The sink may help itself (it makes a removed directory again): a write throws, or it returns and the samples are there.</summary>
    MayRecover,

    /// <summary>Nobody answers: a write throws when it is cancelled.</summary>
    Stalls,

    /// <summary>A write hangs in the destination and need not notice that it is cancelled, until the destination is healed.</summary>
    Hangs,
}
