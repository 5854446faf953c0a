namespace MetricsKit;

/// <summary>JSON lines: one object a line, such as <c>{"name":"temperature","value":21.5,"timestamp":"2026-11-21T07:41:31.1234567Z","labels":{"room":"4"},"metric_type":"gauge"}</c>.</summary>
/// <remarks>
/// The value is the shortest number that reads back as the same double; <c>null</c> stands for one that is not finite. Format: JSON as of RFC 8259, one text a line.
/// </remarks>
sealed class JsonLineWriter : SampleLineWriter
{
    internal override string Extension => "jsonl";

    protected override ReadOnlySpan<byte> Middle => ",\"timestamp\":\""u8;

    protected override ReadOnlySpan<byte> Nothing => "null"u8;

    protected override SeriesText Render(SampleSeries series)
    {
        byte[] head = [.. "{\"name\":"u8, .. SampleText.Json(series.Name), .. ",\"value\":"u8];
        byte[] tail = [.. "\",\"labels\":"u8, .. SampleText.Json(series.Tags), .. ",\"metric_type\":\""u8, .. SampleText.Kind(series.Kind), .. "\"}\n"u8];
        return new(head, tail);
    }
}
