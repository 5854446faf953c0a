namespace MetricsKit;

/// <summary>
/// Adds up the interfaces of the machine so that the sum never decreases: an interface that vanishes keeps its share, and
/// one whose counter starts again adds to it. Rounds are: <see cref="BeginRound"/>, then <see cref="Add"/> for each.
/// </summary>
sealed class NetworkTotals
{
    // Arbitrary: more than the interfaces of any machine that we know of, so that only a stream of ever new names meets it.
    const int MaxKept = 512;

    readonly Dictionary<string, InterfaceTraffic> _interfaces = new(StringComparer.Ordinal);
    readonly Dictionary<string, InterfaceTraffic>.AlternateLookup<ReadOnlySpan<char>> _byName;
    double _retiredReceived;
    double _retiredSent;
    int _round;

    public NetworkTotals() => _byName = _interfaces.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>False until an interface was counted: a machine without any has no total, not one of 0.</summary>
    public bool HasAny { get; private set; }

    public double Received
    {
        get
        {
            var sum = _retiredReceived;
            foreach (var traffic in _interfaces.Values)
                sum += traffic.AllReceived;
            return sum;
        }
    }

    public double Sent
    {
        get
        {
            var sum = _retiredSent;
            foreach (var traffic in _interfaces.Values)
                sum += traffic.AllSent;
            return sum;
        }
    }

    /// <summary>The interfaces of this round.</summary>
    public IEnumerable<InterfaceTraffic> Present => _interfaces.Values.Where(traffic => traffic.Round == _round);

    public void BeginRound() => _round++;

    public void Add(ReadOnlySpan<char> name, long received, long sent)
    {
        if (VirtualInterfaces.Contains(name))
            return;

        if (!_byName.TryGetValue(name, out var traffic))
        {
            if (_interfaces.Count >= MaxKept)
                RetireVanished();
            traffic = new InterfaceTraffic(name.ToString());
            _interfaces.Add(traffic.Name, traffic);
        }
        else if (traffic.Round == _round)
        {
            // A name that stands in the file twice would pass for a counter that jumps to and fro.
            return;
        }
        traffic.Update(received, sent, _round);
        HasAny = true;
    }

    // Their bytes stay in the sum; only the names are forgotten. The round before this one is spared, because an interface
    // of it may still come in this one and would then be counted twice.
    void RetireVanished()
    {
        foreach (var traffic in _interfaces.Values.Where(traffic => traffic.Round < _round - 1).ToList())
        {
            _retiredReceived += traffic.AllReceived;
            _retiredSent += traffic.AllSent;
            _interfaces.Remove(traffic.Name);
        }
    }
}
