namespace MetricsKit.AspNetCore.Tests.Scraping;

/// <summary>A meter whose text is larger than what the buffers of two sockets take.</summary>
sealed class ManySeries : ICatalogMeter
{
    internal const int Count = 100_000;

    static class Rows
    {
        public static readonly InstrumentDefinition<CounterInstrument<string>> Many =
            Define.Counter("test.many", "{thing}", "Many things.", TagKey.Open("thing")) with { MaxSeries = 2 * Count }; // the last eighth of a limit is for labels that are seen again
    }

    readonly CounterSeries[] _series;

    public ManySeries(Instruments<ManySeries> instruments)
    {
        var many = instruments.Create(Rows.Many);
        _series = [.. Enumerable.Range(0, Count).Select(i => many.Bind($"a_thing_with_a_rather_long_name_so_that_the_text_is_large_{i:D6}"))];
    }

    public static MeterDefinition Definition { get; } = new("Test.Many", Rows.Many);

    internal void AddToAll()
    {
        foreach (var series in _series) series.Add();
    }
}
