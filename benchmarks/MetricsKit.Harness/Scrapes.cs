using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using Microsoft.Extensions.DependencyInjection;
using static MetricsKit.Benchmarks.MarkdownReport;

namespace MetricsKit.Benchmarks;

/// <summary>Snapshot and text of one large family in a whole host, beside a floor that only copies the same bytes and formats the same numbers.</summary>
/// <remarks>The bytes are discarded: no socket. The floor runs in turn with the scrapes in the same process.</remarks>
static class Scrapes
{
    const int Rounds = 3, Warm = 60, Cold = 15;

    static readonly string[][] Cases = [.. from kind in new[] { "counters", "histograms" } from writers in new[] { "1", "16", "64" } select new[] { "scrape", kind, writers }];

    internal static string Report()
    {
        var medians = Child.Medians(Rounds, Cases);
        MarkdownReport report = new("Scrape: snapshot and text", $"Milliseconds; median of {Rounds} interleaved processes. The floor copies the same bytes and formats the same numbers with `Utf8Formatter`. Bytes are discarded, three labels a series. Compare within this run; the ratio is taken scrape by scrape.");
        report.Table("Prometheus text 0.0.4", ["series", "writers", "MB", "warm", "floor", "warm : floor", "snapshot alone", "caches cold", "cold floor", "first", "bytes allocated a scrape"], Rows(m =>
            [Number(m[0], "0.0"), Number(m[1]), Number(m[2]), Number(m[8]), Number(m[3]), Number(m[4]), Number(m[5]), Number(m[6], "0"), Number(m[7], "0")]));
        report.Table("Cells that a snapshot adds, beside a plain read of as many bytes that lie side by side", ["series", "writers", "cells MB", "snapshot GB/s", "plain read", "plain read GB/s"], Rows(m =>
            [Number(m[9], "0.0"), Number(m[9] / m[3], "0.0"), Number(m[10]), Number(m[9] / m[10], "0.0")]));
        report.Table("The same scrape compressed, gzip at its fastest level", ["series", "writers", "MB out", "segment by segment, snapshot still lent", "whole text first, snapshot given back, then gzip", "plain text"], Rows(m =>
            [Number(m[11]), Number(m[12]), Number(m[13]), Number(m[1])]));
        return report.ToString();

        IEnumerable<string[]> Rows(Func<double[], string[]> figures) => Cases.Select((c, i) =>
            (string[])[ScrapeMeter.CountOf(c[1]).ToString("N0", CultureInfo.InvariantCulture) + " " + c[1], c[2], .. figures(medians[i])]);
    }

    internal static async Task<string> RunChildAsync(string[] arguments)
    {
        string kind = arguments[0];
        int count = int.Parse(arguments[1], CultureInfo.InvariantCulture);
        await using var host = MetricsKitHost.Create(static kit => kit.AddMeter<ScrapeMeter>().Services.Configure<MetricsKitOptions>(static o =>
        {
            o.Limits.MaxSeries = 200_000;
            o.Limits.MaxCellBytes = 256 << 20;
        }));
        var meter = host.GetMeter<ScrapeMeter>();
        string[] endpoints = ScrapeMeter.Endpoints(kind);
        using Writers writers = new(count, () => meter.RecordAll(kind, endpoints));
        Discard discard = new();

        double first = await TimeAsync(() => ScrapeAsync(host, discard));
        ArrayBufferWriter<byte> whole = new();
        await ScrapeAsync(host, whole);
        ScrapeFloor floor = new(whole.WrittenSpan);
        // Past tiering: the runtime compiles again in the background, a while after what runs often has run often.
        for (long began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(1);)
        {
            await ScrapeAsync(host, discard);
            floor.Write(discard);
        }

        List<double> warm = [], floors = [], snapshots = [], cold = [], coldFloors = [];
        for (int i = 0; i < Warm; i++)
        {
            warm.Add(await TimeAsync(() => ScrapeAsync(host, discard)));
            floors.Add(await TimeAsync(() => { floor.Write(discard); return ValueTask.CompletedTask; }));
            snapshots.Add(await TimeAsync(async () => (await host.GetSnapshotAsync()).Dispose()));
        }
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < Warm; i++) await ScrapeAsync(host, discard);
        double allocated = (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / Warm;
        for (int i = 0; i < Cold; i++)
        {
            EmptyCaches();
            cold.Add(await TimeAsync(() => ScrapeAsync(host, discard)));
            EmptyCaches();
            coldFloors.Add(await TimeAsync(() => { floor.Write(discard); return ValueTask.CompletedTask; }));
        }
        long[] cells = new long[ScrapeMeter.CountOf(kind) * (kind == "counters" ? 1 : BenchmarkMeter.Bounds.Length + 2) * count];
        cells.AsSpan().Fill(1); // memory that nobody wrote is one page of zeros
        List<double> reads = [], streamed = [], detached = [];
        for (int i = 0; i < Cold; i++)
        {
            reads.Add(await TimeAsync(() => { ScrapeFloor.Read(cells); return ValueTask.CompletedTask; }));
            streamed.Add(await TimeAsync(() => CompressAsync(host, Stream.Null)));
            detached.Add(await TimeAsync(() => RenderAndCompressAsync(host, whole.WrittenCount * 2)));
        }
        using MemoryStream compressed = new();
        await CompressAsync(host, compressed);
        return Child.Line([
            whole.WrittenCount / 1e6, .. new[] { warm, floors, snapshots, cold, coldFloors }.Select(Child.Median), first, allocated, Child.Median(warm.Zip(floors, static (w, f) => w / f)),
            cells.Length * sizeof(long) / 1e6, Child.Median(reads), compressed.Length / 1e6, Child.Median(streamed), Child.Median(detached)]);
    }

    /// <summary>As the endpoint does it.</summary>
    static async ValueTask CompressAsync(MetricsKitHost host, Stream to)
    {
        using var snapshot = await host.GetSnapshotAsync();
        PrometheusTextWriter text = new(snapshot, ExpositionFormat.PrometheusText);
        byte[] segment = ArrayPool<byte>.Shared.Rent(PrometheusTextWriter.SegmentSize);
        using GZipStream gzip = new(to, CompressionLevel.Fastest, leaveOpen: true);
        while (!text.Done) gzip.Write(segment, 0, text.Fill(segment));
        ArrayPool<byte>.Shared.Return(segment);
    }

    /// <summary>The other way: the snapshot goes back before the compressor begins, and the whole text waits in its place.</summary>
    static async ValueTask RenderAndCompressAsync(MetricsKitHost host, int most)
    {
        byte[] whole = ArrayPool<byte>.Shared.Rent(most);
        int length = 0;
        using (var snapshot = await host.GetSnapshotAsync())
        {
            PrometheusTextWriter text = new(snapshot, ExpositionFormat.PrometheusText);
            while (!text.Done) length += text.Fill(whole.AsSpan(length));
        }
        using GZipStream gzip = new(Stream.Null, CompressionLevel.Fastest);
        gzip.Write(whole, 0, length);
        ArrayPool<byte>.Shared.Return(whole);
    }

    static async ValueTask ScrapeAsync(MetricsKitHost host, IBufferWriter<byte> to)
    {
        using var snapshot = await host.GetSnapshotAsync();
        PrometheusTextWriter.Write(snapshot, to, ExpositionFormat.PrometheusText);
    }

    static async ValueTask<double> TimeAsync(Func<ValueTask> work)
    {
        long began = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    /// <summary>Reads and writes more than any cache of the machine holds.</summary>
    static void EmptyCaches()
    {
        for (int i = 0; i < Other.Length; i += 8) Other[i]++;
    }

    static readonly long[] Other = new long[16 << 20];

    /// <summary>A response that goes nowhere, segment by segment.</summary>
    internal sealed class Discard : IBufferWriter<byte>
    {
        readonly byte[] _segment = new byte[PrometheusTextWriter.SegmentSize];

        public void Advance(int count) { }

        public Memory<byte> GetMemory(int sizeHint = 0) => _segment;

        public Span<byte> GetSpan(int sizeHint = 0) => _segment;
    }
}
