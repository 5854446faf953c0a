using System.Diagnostics.Metrics;

namespace MetricsKit;

/// <summary>Finds the meters of the process that the host does not measure, and could or was asked to.</summary>
static class MeterSurvey
{
    /// <summary>Most names that are remembered. Chosen far above what a process has; meters are made by number only by mistake.</summary>
    const int Most = 1000;

    /// <summary>Our own of other hosts, and names of the framework, which publishes its meters in every process: not selecting them is no oversight. Those that begin with <c>Private</c> it keeps for itself.</summary>
    static readonly string[] Frameworks = ["MetricsKit", "MetricsKit.*", "Private.InternalDiagnostics.*", "System.*", "Microsoft.AspNetCore.*", "Microsoft.Extensions.*"];

    /// <summary>What there is besides the meters that are measured.</summary>
    /// <param name="Unselected">Meters that nobody selected.</param>
    /// <param name="Strangers">Meters that are selected and belong to another host, of which this host has none of the same name.</param>
    internal readonly record struct Meters(IReadOnlyCollection<string> Unselected, IReadOnlyCollection<string> Strangers);

    /// <summary>The names, once each. A listener is told of every instrument that there is when it starts; it enables none and is gone afterwards, so nobody pays for it.</summary>
    internal static Meters Take(InstrumentRegistry registry, MeterSelection selection, object? scope)
    {
        HashSet<string> unselected = new(StringComparer.Ordinal), strangers = new(StringComparer.Ordinal), taken = new(StringComparer.Ordinal);
        using MeterListener look = new();
        look.InstrumentPublished = (instrument, _) =>
        {
            var meter = instrument.Meter;
            bool strange = meter.Scope is not null && !ReferenceEquals(meter.Scope, scope), selected = selection.Selects(meter.Name);
            if (strange ? !selected || IsOfAKit(meter.Name) : !selected && IsKnown(meter, registry)) return;
            var names = strange ? strangers : selected ? taken : unselected;
            lock (unselected) // an instrument that another thread makes meanwhile is told of there
            {
                if (names.Count < Most) names.Add(meter.Name);
            }
        };
        look.Start();
        lock (unselected) return new([.. unselected], [.. strangers.Except(taken)]);
    }

    /// <summary>Our own of another host, which each host measures by itself.</summary>
    static bool IsOfAKit(string meter) => MeterSelection.Matches("MetricsKit", meter) || MeterSelection.Matches("MetricsKit.*", meter);

    static bool IsKnown(Meter meter, InstrumentRegistry registry)
    {
        foreach (var own in registry.Meters)
        {
            if (ReferenceEquals(own.Meter, meter)) return true;
        }
        return meter.Name.Length == 0 || Frameworks.Any(f => MeterSelection.Matches(f, meter.Name));
    }
}
