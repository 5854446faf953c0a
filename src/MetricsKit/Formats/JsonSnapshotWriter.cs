using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MetricsKit;

/// <summary>Writes a snapshot as one JSON document: snapshot in, bytes out.</summary>
/// <remarks>
/// <para>The document is one object in UTF-8, without a byte order mark and without line breaks (RFC 8259):</para>
/// <code>
/// {
///   "schema": 1,
///   "start_time": "2026-01-01T00:00:00Z",          when the host began to count
///   "read_started": "2026-01-01T00:00:15Z",        each value was read once between these two
///   "read_finished": "2026-01-01T00:00:15.0004Z",
///   "tags": { "service": "fleet" },                the host's; a series' own tag of the same key wins, and the kit's own metrics carry none of them
///   "resource": { "service.name": "fleet" },       what is measured: the attributes of the service, its host and its process
///   "families": [                                  in the order of the catalogue; an instrument without a series is left out
///     {
///       "name": "mission.duration",
///       "prometheus_name": "mission_duration_seconds",
///       "meter": "MetricsKit.Business",
///       "kind": "histogram",                       or "counter", "up_down_counter", "gauge"
///       "unit": "s",                               in UCUM
///       "description": "…",
///       "bounds": [ 1, 5, 30, "+Inf" ],            of a histogram alone: the upper bounds of its buckets, inclusive
///       "series": [
///         {
///           "tags": { "type": "transport" },       those that are not empty
///           "start_time": "…",                     only where the series began to count after the host
///           "overflow": true,                      only where it stands for series that were folded at their limit
///           "count": 3, "sum": 12.5,               of a histogram
///           "buckets": [ 1, 1, 1, 0 ],             how many measurements are in each bucket, not cumulative, one for each of the bounds
///           "value": 3                             of any other kind
///         }
///       ]
///     }
///   ]
/// }
/// </code>
/// <para>
/// Times are in UTC, as ISO 8601 has them. Counts and sums of whole numbers are written with all of their digits, up to 2^63 - 1; other numbers with the fewest
/// digits that read back as the same double. JSON has no infinity: the last bound is the text <c>"+Inf"</c>, and values are finite (I9).
/// Members may be added under the same number of the schema, so a reader passes over those that it does not know.
/// </para>
/// </remarks>
public static class JsonSnapshotWriter
{
    const int Schema = 1;

    /// <summary>The document stands in no HTML page: other letters than English ones, and the plus of <c>+Inf</c>, are written as they are.</summary>
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static readonly JsonEncodedText Tags = Name("tags"), StartTime = Name("start_time"), Overflow = Name("overflow"), Value = Name("value"), Count = Name("count"), Sum = Name("sum"), Buckets = Name("buckets");

    /// <summary>Writes the whole document. What it allocates does not grow with the number of series.</summary>
    /// <param name="snapshot">What to write; it must not be disposed of meanwhile.</param>
    /// <param name="to">Where to.</param>
    public static void Write(MetricsSnapshot snapshot, IBufferWriter<byte> to)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(to);
        var data = snapshot.Data;
        using Utf8JsonWriter json = new(to, Options);
        json.WriteStartObject();
        json.WriteNumber("schema"u8, Schema);
        json.WriteString(StartTime, data.StartTime.UtcDateTime);
        json.WriteString("read_started"u8, data.ReadStarted.UtcDateTime);
        json.WriteString("read_finished"u8, data.ReadFinished.UtcDateTime);
        json.WriteStartObject(Tags);
        foreach (var (key, value) in data.Tags) json.WriteString(key, TagText.Sanitise(value, out _));
        json.WriteEndObject();
        json.WriteStartObject("resource"u8);
        foreach (var (key, value) in data.Resource) json.WriteString(key, value);
        json.WriteEndObject();
        json.WriteStartArray("families"u8);
        for (int i = 0; i < data.SliceCount; i++) WriteFamily(json, data, in data.Slices[i]);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteFamily(Utf8JsonWriter json, SnapshotData data, in FamilySlice slice)
    {
        bool begun = false;
        WriteSeries(json, data, in slice, slice.Pages, 0, slice.Count, ref begun);
        WriteSeries(json, data, in slice, slice.OverflowPages, slice.Count, slice.OverflowCount, ref begun);
        if (!begun) return;
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteHead(Utf8JsonWriter json, FamilyDescriptor family)
    {
        var row = family.Row;
        json.WriteStartObject();
        json.WriteString("name"u8, row.Name);
        json.WriteString("prometheus_name"u8, family.PrometheusName);
        json.WriteString("meter"u8, family.Meter);
        json.WriteString("kind"u8, WordOf(row.Kind));
        json.WriteString("unit"u8, row.Unit);
        json.WriteString("description"u8, row.Description);
        if (row.Kind == InstrumentKind.Histogram)
        {
            json.WriteStartArray("bounds"u8);
            foreach (double bound in family.Bounds) json.WriteNumberValue(bound);
            json.WriteStringValue("+Inf"u8);
            json.WriteEndArray();
        }
        json.WriteStartArray("series"u8);
    }

    /// <summary>A run of series whose labels are in these pages, and whose numbers lie behind those of as many others.</summary>
    static void WriteSeries(Utf8JsonWriter json, SnapshotData data, in FamilySlice slice, LabelPage[] pages, int before, int count, ref bool begun)
    {
        var row = slice.Family.Row;
        bool histogram = row.Kind == InstrumentKind.Histogram;
        int page = 0, at = 0;
        for (int i = 0; i < count; i++, at++)
        {
            if (at == pages[page].Capacity) (page, at) = (page + 1, 0);
            var numbers = data.Numbers.AsSpan(slice.Offset + (before + i) * slice.Run, slice.Run);
            if (slice.IsDouble && double.IsNaN(BitConverter.Int64BitsToDouble(numbers[0]))) continue; // absent
            if (!begun) WriteHead(json, slice.Family);
            begun = true;
            json.WriteStartObject();
            WriteLabels(json, slice.Family, pages[page], at);
            if (histogram) WriteDistribution(json, numbers);
            else if (slice.IsDouble) json.WriteNumber(Value, BitConverter.Int64BitsToDouble(numbers[0]));
            else json.WriteNumber(Value, numbers[0]);
            json.WriteEndObject();
        }
    }

    static void WriteLabels(Utf8JsonWriter json, FamilyDescriptor family, LabelPage page, int at)
    {
        json.WriteStartObject(Tags);
        for (int k = 0, count = page.TagsAt(at); k < count; k++)
        {
            var (key, value) = page.TagAt(at, k, family.Row.TagKeys);
            if (value.Length > 0) json.WriteString(key, value);
        }
        json.WriteEndObject();
        if ((page.StartTime ?? family.StartTime) is { } start) json.WriteString(StartTime, start.UtcDateTime);
        if (page.Overflow) json.WriteBoolean(Overflow, true);
    }

    /// <remarks>I4: the count is the sum of the buckets as they were read, so the two never disagree.</remarks>
    static void WriteDistribution(Utf8JsonWriter json, ReadOnlySpan<long> numbers)
    {
        var buckets = numbers[1..];
        long count = 0;
        foreach (long bucket in buckets) count = long.MaxValue - bucket < count ? long.MaxValue : count + bucket;
        json.WriteNumber(Count, count);
        json.WriteNumber(Sum, BitConverter.Int64BitsToDouble(numbers[0]));
        json.WriteStartArray(Buckets);
        foreach (long bucket in buckets) json.WriteNumberValue(bucket);
        json.WriteEndArray();
    }

    static ReadOnlySpan<byte> WordOf(InstrumentKind kind) => kind switch
    {
        InstrumentKind.Counter => "counter"u8,
        InstrumentKind.UpDownCounter => "up_down_counter"u8,
        InstrumentKind.Histogram => "histogram"u8,
        _ => "gauge"u8,
    };

    static JsonEncodedText Name(string name) => JsonEncodedText.Encode(name);
}
