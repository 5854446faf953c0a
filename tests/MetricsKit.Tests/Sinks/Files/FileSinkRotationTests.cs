using System.Runtime.Versioning;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Sinks.Files;

/// <summary>Which files there are: by day, by size, compressed, and no more than they may be.</summary>
public sealed class FileSinkRotationTests : IDisposable
{
    readonly SinkFolder _folder = new();
    readonly FakeTimeProvider _time = new(new(2026, 11, 21, 23, 59, 59, TimeSpan.Zero));
    readonly TestSamples _samples = new();
    readonly List<Sample> _written = [];
    long _sequence;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("json", "jsonl")]
    [InlineData("csv", "csv")]
    [InlineData("CSV", "csv")]
    [Trait("Requirement", "S2-068")]
    [Trait("Requirement", "S2-069")]
    [Trait("Requirement", "S2-071")]
    public void Day_ThatBegins_BeginsAFile(string format, string extension)
    {
        using var sink = Open(o => o.Format = format);
        Write(sink, 3);
        Write(sink, 2);
        Assert.Equal([$"metrics-20261121-000001.{extension}"], _folder.Files());
        _time.Advance(TimeSpan.FromSeconds(1));
        Write(sink, 4);
        _time.Advance(TimeSpan.FromDays(30));
        Write(sink, 1);
        Assert.Equal([$"metrics-20261121-000001.{extension}", $"metrics-20261122-000001.{extension}", $"metrics-20261222-000001.{extension}"], _folder.Files());
        AssertAllThere();
    }

    [Fact]
    public void Size_ThatWouldBePassed_BeginsAFile()
    {
        const int MaxFileBytes = 4096;
        using var sink = Open(static o => o.MaxFileBytes = MaxFileBytes);
        for (int i = 0; i < 40; i++) Write(sink, 5);
        AssertAllThere();
        var files = _folder.Files();
        Assert.Equal(Enumerable.Range(1, files.Length).Select(static n => $"metrics-20261121-{n:D6}.jsonl"), files);
        var lengths = files.Select(f => new FileInfo(_folder.PathOf(f)).Length).ToArray();
        Assert.All(lengths, static l => Assert.InRange(l, 1, MaxFileBytes));
        Assert.All(lengths[..^1], static l => Assert.InRange(l, MaxFileBytes * 3 / 4, MaxFileBytes)); // filled as far as whole batches do
        Write(sink, 1000); // a batch that is longer than a file stays together
        Write(sink, 1);
        Assert.Equal(files.Length + 2, _folder.Files().Length);
        AssertAllThere();
    }

    [Fact]
    [Trait("Requirement", "S2-072")]
    public async Task ClosedFiles_WhenAsked_AreCompressedAndReadBack()
    {
        using (var sink = Open(static o => (o.Compress, o.MaxFileBytes) = (true, 4096)))
        {
            for (int i = 0; i < 20; i++) Write(sink, 10);
            await Eventually.BecomesAsync(() => _folder.Files().Count(static f => !f.EndsWith(".gz", StringComparison.Ordinal)) == 1, Threads.Patience, "all closed files are compressed");
            AssertAllThere();
            Assert.EndsWith(".jsonl", _folder.Files()[^1], StringComparison.Ordinal); // the one that is written is not
        }
        var zipped = _folder.Files().Where(static f => f.EndsWith(".gz", StringComparison.Ordinal)).ToArray();
        Assert.InRange(zipped.Length, 3, 20);
        Assert.All(zipped, f => Assert.True(new FileInfo(_folder.PathOf(f)).Length < 2048));
    }

    [Fact]
    public async Task OldestFiles_PastTheTotal_AreDeleted()
    {
        const int Most = 16 << 10;
        using var sink = Open(static o => (o.MaxFileBytes, o.MaxTotalBytes) = (4096, Most));
        for (int i = 0; i < 100; i++) Write(sink, 10);
        await AssertNewestAsync();
        Write(sink, 10);
        await AssertNewestAsync(); // the oldest file may have gone again

        async Task AssertNewestAsync()
        {
            List<StoredSample> left = [];
            await Eventually.BecomesAsync(
                () =>
                {
                    if (_folder.Files().Sum(f => new FileInfo(_folder.PathOf(f)) is { Exists: true } file ? file.Length : 0) > Most) return false;
                    try { left = _folder.Read(); }
                    catch (FileNotFoundException) { return false; } // it was just being deleted
                    return true;
                },
                Threads.Patience, "the files are no more than they may be");
            Assert.Equal(_written.TakeLast(left.Count).Select(StoredSample.Of), left); // all of the newest
            Assert.InRange(left.Count, 40, _written.Count - 1);
        }
    }

    [Fact]
    public async Task Leftovers_OfACompressionThatWasKilled_AreMadeGood()
    {
        using (var sink = Open(static o => o.MaxFileBytes = 4096))
        {
            for (int i = 0; i < 4; i++) Write(sink, 25);
        }
        var files = _folder.Files();
        Assert.Equal(4, files.Length);
        var whole = files.Select(f => File.ReadAllBytes(_folder.PathOf(f))).ToArray();
        await File.WriteAllBytesAsync(_folder.PathOf(files[0] + ".gz.tmp"), [1, 2, 3]); // killed in the middle
        await File.WriteAllBytesAsync(_folder.PathOf(files[1] + ".gz"), Zipped(whole[1])); // killed before the original went
        await File.WriteAllBytesAsync(_folder.PathOf(files[2] + ".gz"), Zipped(whole[2][..^10])); // not the sink's work: it is not whole
        await File.WriteAllBytesAsync(_folder.PathOf("metrics-20261120-000001.jsonl"), []); // killed before its first batch
        using (var sink = Open(static o => (o.MaxFileBytes, o.Compress) = (4096, true)))
        {
            Write(sink, 25);
            string[] expected = [files[0] + ".gz", files[1] + ".gz", files[2] + ".gz", files[3] + ".gz", "metrics-20261121-000005.jsonl"];
            await Eventually.BecomesAsync(() => _folder.Files().SequenceEqual(expected), Threads.Patience, "what was left is made good");
        }
        AssertAllThere();
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task DirectoryAndFiles_OfTheSink_AreForTheirOwnerAlone()
    {
        using var sink = Open(static o => (o.MaxFileBytes, o.Compress) = (4096, true));
        for (int i = 0; i < 3; i++) Write(sink, 25);
        await Eventually.BecomesAsync(() => _folder.Files().Count(static f => f.EndsWith(".jsonl.gz", StringComparison.Ordinal)) == 2 && _folder.Files().Length == 3, Threads.Patience, "closed files are compressed");
        Assert.Equal("700", Mode(_folder.Path));
        Assert.All(Directory.GetFiles(_folder.Path), static f => Assert.Equal("600", Mode(f)));
        static string Mode(string path) => Convert.ToString((int)File.GetUnixFileMode(path), 8);
    }

    [Fact]
    public void Clock_ThatGoesBack_LosesAndOverwritesNothing()
    {
        using var sink = Open();
        Write(sink, 3);
        using var other = new FileSink(_folder.Options(o => o.Directory = _folder.PathOf("other")), new FakeTimeProvider(new(1970, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        SinkFolder.Write(other, new([new Sample(new("x"), DateTime.UnixEpoch, 1)]));
        Assert.Equal(["metrics-19700101-000001.jsonl"], SinkFolder.Files(_folder.PathOf("other")));
        _time.Advance(TimeSpan.FromDays(1));
        Write(sink, 3);
        sink.Dispose();
        // A process that starts with yesterday's clock goes on with yesterday's numbers, and then with today's.
        FakeTimeProvider back = new(new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero));
        using var again = new FileSink(_folder.Options(), back);
        Write(again, 3);
        back.Advance(TimeSpan.FromDays(1));
        Write(again, 3);
        Assert.Equal(_written.Select(StoredSample.Of).Order(Comparer<StoredSample>.Create(static (a, b) => a.Ticks.CompareTo(b.Ticks))), _folder.Read().OrderBy(static s => s.Ticks));
        Assert.Equal(["metrics-20261121-000001.jsonl", "metrics-20261122-000001.jsonl", "metrics-20261122-000002.jsonl"], _folder.Files().Where(static f => f != "other"));
    }

    FileSink Open(Action<FileSinkOptions>? configure = null) => new(_folder.Options(configure), _time);

    void Write(FileSink sink, int count)
    {
        var samples = _samples.Next(count);
        SinkFolder.Write(sink, new(samples, _sequence));
        _sequence += count;
        _written.AddRange(samples);
    }

    void AssertAllThere() => Assert.Equal(_written.Select(StoredSample.Of), _folder.Read());

    static byte[] Zipped(byte[] bytes)
    {
        using MemoryStream to = new();
        using (System.IO.Compression.GZipStream zip = new(to, System.IO.Compression.CompressionLevel.Fastest)) zip.Write(bytes);
        return to.ToArray();
    }
}
