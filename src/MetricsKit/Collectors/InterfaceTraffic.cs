namespace MetricsKit;

/// <summary>The bytes of one interface over all its lives, kept while the interface itself comes and goes.</summary>
sealed class InterfaceTraffic(string name)
{
    long _receivedBefore;
    long _sentBefore;

    public string Name { get; } = name;

    /// <summary>What the machine said last: it starts at 0 again when the interface does.</summary>
    public long Received { get; private set; }

    /// <inheritdoc cref="Received"/>
    public long Sent { get; private set; }

    /// <summary>The last round in which the machine named the interface.</summary>
    public int Round { get; private set; }

    /// <summary>What was received in all lives: it never decreases.</summary>
    public double AllReceived => (double)_receivedBefore + Received;

    /// <summary>What was sent in all lives: it never decreases.</summary>
    public double AllSent => (double)_sentBefore + Sent;

    // A count below the last one belongs to a new life: the driver was loaded again, or 32 bits were full. What the old
    // life counted after the last look is lost, which errs on the small side; assuming a wrap could invent 4 GiB.
    public void Update(long received, long sent, int round)
    {
        if (received < Received)
            _receivedBefore += Received;
        if (sent < Sent)
            _sentBefore += Sent;
        Received = received;
        Sent = sent;
        Round = round;
    }
}
