using System.Diagnostics.Metrics;

namespace MetricsKit;

/// <summary>Finds the meters of the process that the host could measure and does not.</summary>
static class MeterSurvey
{
    /// <summary>Most names that are remembered. Chosen far above what a process has; meters are made by number only by mistake.</summary>
    const int Most = 1000;

    /// <summary>Our own of other hosts, and names of the framework, which publishes its meters in every process: not selecting them is no oversight. Those that begin with <c>Private</c> it keeps for itself.</summary>
    static readonly string[] Frameworks = ["MetricsKit", "MetricsKit.*", "Private.InternalDiagnostics.*", "System.*", "Microsoft.AspNetCore.*", "Microsoft.Extensions.*"];

    /// <summary>The names, once each. A listener is told of every instrument that there is when it starts; it enables none and is gone afterwards, so nobody pays for it.</summary>
    internal static IReadOnlyCollection<string> Unselected(InstrumentRegistry registry, MeterSelection selection, object? scope)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        using MeterListener look = new();
        look.InstrumentPublished = (instrument, _) =>
        {
            var meter = instrument.Meter;
            if (meter.Scope is not null && !ReferenceEquals(meter.Scope, scope) || selection.Selects(meter.Name) || IsKnown(meter, registry)) return;
            lock (names) // an instrument that another thread makes meanwhile is told of there
            {
                if (names.Count < Most) names.Add(meter.Name);
            }
        };
        look.Start();
        lock (names) return [.. names];
    }

    static bool IsKnown(Meter meter, InstrumentRegistry registry)
    {
        foreach (var own in registry.Meters)
        {
            if (ReferenceEquals(own.Meter, meter)) return true;
        }
        return meter.Name.Length == 0 || Frameworks.Any(f => MeterSelection.Matches(f, meter.Name));
    }
}
