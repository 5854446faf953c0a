namespace MetricsKit;

/// <summary>What became of scrapes; the endpoint counts, the kit's own metrics show it.</summary>
sealed class ScrapeLedger
{
    long _text, _openMetrics, _failed;

    internal long Text => Interlocked.Read(ref _text);

    internal long OpenMetrics => Interlocked.Read(ref _openMetrics);

    internal long Failures => Interlocked.Read(ref _failed);

    internal void Served(ExpositionFormat format) => Interlocked.Increment(ref format == ExpositionFormat.OpenMetrics ? ref _openMetrics : ref _text);

    internal void Failed() => Interlocked.Increment(ref _failed);
}
