using MetricsKit.Testing;

namespace MetricsKit.Tests.Formats;

/// <summary>A meter of made-up rows and the two texts of its snapshot.</summary>
sealed class TextRig : IDisposable
{
    readonly SnapshotBuilder _builder;
    readonly SnapshotData _data = new();

    public TextRig(string prefix = "", (string Key, string Value)[]? tags = null, params InstrumentDefinition[] rows) : this(prefix, tags, null, rows) { }

    public TextRig(string prefix, (string Key, string Value)[]? tags, ResourceDescriptor? resource, params InstrumentDefinition[] rows)
    {
        Registry = TestInstruments.Registry();
        Meter = Registry.Open(new("Texts", [.. rows]));
        _builder = new(Registry, prefix, [.. (tags ?? []).Select(static t => KeyValuePair.Create(t.Key, t.Value))], resource);
    }

    public InstrumentRegistry Registry { get; }

    public MeterInstruments Meter { get; }

    public IReadOnlyList<NameConflict> Conflicts => _builder.Conflicts;

    public TInstrument Make<TInstrument>(InstrumentDefinition<TInstrument> row) where TInstrument : Instrument => Meter.Create(row);

    public MetricsSnapshot Read()
    {
        _builder.Build(_data);
        return new(_data);
    }

    public string Text(ExpositionFormat format)
    {
        using var snapshot = Read();
        return TestKit.Text(snapshot, format);
    }

    /// <summary>Both texts through the strict parser.</summary>
    public (Exposition Text, Exposition OpenMetrics) Parse() =>
        (ExpositionParser.Parse(Text(ExpositionFormat.PrometheusText), ExpositionSyntax.Text), ExpositionParser.Parse(Text(ExpositionFormat.OpenMetrics), ExpositionSyntax.OpenMetrics));

    public static byte[] Fill(MetricsSnapshot snapshot, ExpositionFormat format, int span)
    {
        PrometheusTextWriter writer = new(snapshot, format);
        using MemoryStream all = new();
        const byte Behind = 0xA5;
        var buffer = new byte[span + 64];
        buffer.AsSpan(span).Fill(Behind);
        while (!writer.Done)
        {
            Random.Shared.NextBytes(buffer.AsSpan(0, 64)); // what was there before must not matter
            int written = writer.Fill(buffer.AsSpan(0, span));
            if (buffer.AsSpan(span).ContainsAnyExcept(Behind)) throw new InvalidOperationException("The writer wrote behind the span.");
            if (written == 0 && !writer.Done) throw new InvalidOperationException("The writer does not get on.");
            all.Write(buffer.AsSpan(0, written));
        }
        return all.ToArray();
    }

    public void Dispose() => Registry.Dispose();
}
