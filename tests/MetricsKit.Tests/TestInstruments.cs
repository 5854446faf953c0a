using System.Collections.Immutable;
using System.Diagnostics.Metrics;

namespace MetricsKit.Tests;

/// <summary>Instruments without a host: every row is recorded and exported as it stands.</summary>
static class TestInstruments
{
    public static InstrumentRegistry Registry(IMeterFactory? factory = null, TimeProvider? time = null, int maxSeries = 100_000) =>
        new(factory, time ?? TimeProvider.System, maxSeries, static (_, row) => new(true, true, row.MaxSeries, row.Bounds, ImmutableDictionary<string, ImmutableArray<string>>.Empty));

    public static Instruments<TMeter> Of<TMeter>(IMeterFactory? factory = null) where TMeter : class, ICatalogMeter => new(Registry(factory));
}
