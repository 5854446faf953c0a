using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;

namespace MetricsKit;

/// <summary>Says what an OpenTelemetry provider makes of each instrument of one kit.</summary>
/// <remarks>
/// Bounds need no view: instruments carry those of the configuration as their advice. A limit does, and saves memory, since the SDK reserves places for
/// all series that a stream may have: 2,000 without a word.
/// </remarks>
sealed class KitViews
{
    readonly InstrumentRegistry _registry;
    readonly InstrumentPolicy _policy;
    readonly IMeterFactory? _factory;
    readonly HashSet<string> _meters;
    readonly int _recordedSeries;
    ImmutableArray<Func<System.Diagnostics.Metrics.Instrument, MetricStreamConfiguration?>> _preferred = [];

    KitViews(InstrumentRegistry registry, InstrumentPolicy policy, IMeterFactory? factory, MetricsKitOptions options)
    {
        _registry = registry;
        _policy = policy;
        _factory = factory;
        _recordedSeries = options.Sinks.Instruments.MaxSeries;
        _meters = new([.. policy.Meters.Select(static m => m.Name), InstrumentsSink.MeterName], StringComparer.OrdinalIgnoreCase); // as the SDK compares them
        Tags = [.. options.Tags.Select(static t => KeyValuePair.Create(t.Key, (object)t.Value))];
    }

    /// <summary>The names of the kit's meters, also of those that have no instrument yet.</summary>
    internal IEnumerable<string> Meters => _meters;

    /// <summary>What stands on every series of the kit, and belongs to the resource in OpenTelemetry.</summary>
    internal KeyValuePair<string, object>[] Tags { get; }

    internal static KitViews Of(IServiceProvider kit, InstrumentRegistry registry, IMeterFactory? factory) =>
        new(registry, kit.GetRequiredService<InstrumentPolicy>(), factory, kit.GetRequiredService<IOptions<MetricsKitOptions>>().Value);

    /// <summary>Asks a view of the user from now on, before the kit's own answer.</summary>
    internal void Prefer(Func<System.Diagnostics.Metrics.Instrument, MetricStreamConfiguration?> view) => _preferred = _preferred.Add(view);

    /// <summary>The view of an instrument; null for what is not the kit's.</summary>
    internal MetricStreamConfiguration? Of(System.Diagnostics.Metrics.Instrument instrument)
    {
        if (!_meters.Contains(instrument.Meter.Name)) return null;
        if (OwnerOf(instrument) is not { } meter) return IsOfAnotherHost(instrument.Meter) ? MetricStreamConfiguration.Drop : null;
        foreach (var preferred in _preferred)
        {
            if (preferred(instrument) is { } theirs) return theirs;
        }
        if (meter.Definition.Instruments.IsEmpty) return Recorded(instrument);
        foreach (var row in meter.Definition.Instruments)
        {
            if (row.Name == instrument.Name) return OfRow(row, _policy.SettingsOf(meter.Definition, row));
        }
        return null; // somebody who asked the factory for a meter of ours has made it
    }

    MeterInstruments? OwnerOf(System.Diagnostics.Metrics.Instrument instrument)
    {
        foreach (var meter in _registry.Meters)
        {
            if (ReferenceEquals(meter.Meter, instrument.Meter)) return meter;
        }
        return null;
    }

    /// <summary>The SDK asks for the name of a meter alone, and would sum up what two hosts measure under one.</summary>
    bool IsOfAnotherHost(Meter meter) => meter.Scope is IMeterFactory scope && !ReferenceEquals(scope, _factory);

    /// <summary>A recorded metric is called as its user likes. Names that a view gives are exported also where the SDK would refuse them for an instrument.</summary>
    MetricStreamConfiguration Recorded(System.Diagnostics.Metrics.Instrument instrument) => new() { Name = instrument.Name, CardinalityLimit = _recordedSeries };

    static MetricStreamConfiguration OfRow(InstrumentDefinition row, InstrumentSettings settings)
    {
        if (!settings.Exported) return MetricStreamConfiguration.Drop; // it is measured for the sake of one that is derived from it
        MetricStreamConfiguration view = new() { Name = settings.Name, CardinalityLimit = LimitOf(row, settings) };
        if (settings.Tags is { } tags && row.TagKeys.Any(k => tags.Drops(k.Name))) view.TagKeys = [.. row.TagKeys.Select(static k => k.Name).Where(k => !tags.Drops(k))];
        return view;
    }

    /// <summary>Closed tags have so many values and <c>_OTHER</c>; all their combinations have room.</summary>
    static int LimitOf(InstrumentDefinition row, InstrumentSettings settings)
    {
        int combinations = 1;
        foreach (var key in row.TagKeys)
        {
            if (!key.IsClosed) return settings.MaxSeries;
            combinations = checked(combinations * (key.Values.Length + 1));
        }
        return combinations;
    }
}
