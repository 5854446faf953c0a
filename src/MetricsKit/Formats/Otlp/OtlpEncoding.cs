namespace MetricsKit;

/// <summary>How snapshots are written in OTLP.</summary>
/// <param name="Temporality">Since when counters and histograms count.</param>
/// <param name="Naming">Whose names the rows of the catalogue have.</param>
/// <param name="MaxBytes">The most bytes of one request; a single point that is larger than all of it stands in a request of its own.</param>
sealed record OtlpEncoding(OtlpTemporality Temporality = OtlpTemporality.Cumulative, InstrumentNaming Naming = InstrumentNaming.MetricsKit, int MaxBytes = 4 << 20);
