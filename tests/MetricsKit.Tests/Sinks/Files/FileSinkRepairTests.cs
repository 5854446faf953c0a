using System.Runtime.Versioning;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Sinks.Files;

/// <summary>What a sink finds when it starts: torn files, strange files, links.</summary>
public sealed class FileSinkRepairTests : IDisposable
{
    const string First = "metrics-20260101-000001", Second = "metrics-20260101-000002";

    readonly SinkFolder _folder = new();
    readonly TestSamples _samples = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("json", ".jsonl")]
    [InlineData("csv", ".csv")]
    public void File_CutOffAnywhere_LosesItsTornLineOnly(string format, string extension)
    {
        const int Lines = 2;
        string path = _folder.PathOf(First + extension);
        var samples = _samples.Next(Lines);
        using (var sink = Open(format)) Write(sink, samples);
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length <= whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            var more = _samples.Next(1);
            using (var sink = Open(format)) Write(sink, more);
            int header = format == "csv" ? 1 : 0;
            int kept = Math.Max(0, whole.AsSpan(0, length).Count((byte)'\n') - header);
            Assert.Equal([First + extension], _folder.Files());
            Assert.Equal([.. samples.Take(kept).Select(StoredSample.Of), StoredSample.Of(more[0])], _folder.Read());
        }
    }

    [Fact]
    public void TornFiles_OfOtherDaysAndFormats_AreRepairedToo()
    {
        Directory.CreateDirectory(_folder.Path);
        string old = _folder.PathOf("metrics-20251231-000007.csv"), last = _folder.PathOf(First + ".csv");
        File.WriteAllText(old, "name,value,timestamp,labels,metric_type\r\na,1,2026-01-01T00:00:00.0000000Z,{},gauge\r\na,1,20");
        File.WriteAllText(last, "name,val");
        using (var sink = Open("json")) Write(sink, _samples.Next(1));
        Assert.EndsWith("gauge\r\n", File.ReadAllText(old), StringComparison.Ordinal);
        Assert.Equal(2, _folder.Read().Count);
        Assert.Contains(Second + ".jsonl", _folder.Files()); // a number is given once a day
    }

    [Theory]
    [InlineData("hello\n")]
    [InlineData("\0\0\0\0\n")]
    [InlineData("[]")]
    public void File_ThatIsNotTheSinks_IsMovedAsideAsItIs(string content)
    {
        Directory.CreateDirectory(_folder.Path);
        File.WriteAllText(_folder.PathOf(First + ".jsonl"), content);
        var samples = _samples.Next(3);
        using (var sink = Open("json")) Write(sink, samples);
        Assert.Equal(content, File.ReadAllText(_folder.PathOf(First + ".jsonl.damaged")));
        Assert.Equal([First + ".jsonl.damaged", Second + ".jsonl"], _folder.Files());
        Assert.Equal(samples.Select(StoredSample.Of), _folder.Read());
    }

    [Fact]
    public void Tail_LongerThanAnyLine_IsKeptAside()
    {
        using (var sink = Open("json")) Write(sink, _samples.Next(3));
        string path = _folder.PathOf(First + ".jsonl");
        using (var file = File.Open(path, FileMode.Append)) file.Write(new byte[2 << 20]);
        using (var sink = Open("json")) Write(sink, _samples.Next(1));
        Assert.True(new FileInfo(path + ".damaged").Length > 2 << 20);
        Assert.Equal(_folder.PathOf(Second + ".jsonl"), Directory.GetFiles(_folder.Path, "*.jsonl").Single());
    }

    [Fact]
    public void Tail_OfZeros_IsCutOff()
    {
        var samples = _samples.Next(4);
        using (var sink = Open("json")) Write(sink, samples[..3]);
        using (var file = File.Open(_folder.PathOf(First + ".jsonl"), FileMode.Append)) file.Write(new byte[70_000]); // what some file systems leave after a power cut
        using (var sink = Open("json")) Write(sink, samples[3..]);
        Assert.Equal(samples.Select(StoredSample.Of), _folder.Read());
    }

    [Fact]
    public void RandomlyMutilatedFiles_NeverStopTheSink()
    {
        Random random = new(20261121);
        using (var sink = Open("json")) Write(sink, _samples.Next(20));
        byte[] whole = File.ReadAllBytes(_folder.PathOf(First + ".jsonl"));
        for (int round = 0; round < 100; round++)
        {
            foreach (string file in _folder.Files()) File.Delete(_folder.PathOf(file));
            byte[] bytes = whole[..random.Next(whole.Length + 1)];
            for (int i = random.Next(4); i > 0 && bytes.Length > 0; i--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(_folder.PathOf(First + ".jsonl"), bytes);
            var more = _samples.Next(2);
            using (var sink = Open("json")) Write(sink, more);
            string last = File.ReadAllText(_folder.PathOf(_folder.Files().Last(static f => f.EndsWith(".jsonl", StringComparison.Ordinal))));
            var lines = last.Split('\n');
            Assert.Equal("", lines[^1]);
            Assert.Equal(more.Select(StoredSample.Of), Formats.SampleLines.Json(System.Text.Encoding.UTF8.GetBytes($"{lines[^3]}\n{lines[^2]}\n")));
        }
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Links_WithNamesOfTheSinks_AreNeitherFollowedNorTouched()
    {
        Directory.CreateDirectory(_folder.Path);
        string[] targets = [.. Enumerable.Range(1, 3).Select(n => Path.Join(_folder.Root, $"target{n}"))];
        foreach (string target in targets) File.WriteAllText(target, "{\"name\":\"precious\"} without an end");
        File.CreateSymbolicLink(_folder.PathOf(First + ".jsonl"), targets[0]);
        Link(targets[1], _folder.PathOf(Second + ".jsonl"));
        File.CreateSymbolicLink(_folder.PathOf("metrics-20260101-000002.jsonl.gz.tmp"), targets[2]);
        File.CreateSymbolicLink(_folder.PathOf("metrics-20260101-000003.jsonl"), _folder.PathOf("nowhere"));
        var samples = _samples.Next(3);
        using (var sink = Open("json", static o => o.Compress = true)) Write(sink, samples);
        Assert.All(targets, static target => Assert.Equal("{\"name\":\"precious\"} without an end", File.ReadAllText(target)));
        Assert.Contains("metrics-20260101-000004.jsonl", _folder.Files());
        Assert.Equal(samples.Select(StoredSample.Of), Formats.SampleLines.Json(File.ReadAllBytes(_folder.PathOf("metrics-20260101-000004.jsonl"))));
        Assert.False(File.Exists(_folder.PathOf("nowhere")));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Lock_ThatIsALink_IsRefused()
    {
        Directory.CreateDirectory(_folder.Path);
        string target = Path.Join(_folder.Root, "target");
        File.WriteAllText(target, "");
        File.CreateSymbolicLink(_folder.PathOf("metrics.lock"), target);
        using var sink = Open("json");
        Assert.Contains("symbolic link", Assert.Throws<IOException>(() => Write(sink, _samples.Next(1))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("metrics-20260101-000001.jsonl", true)]
    [InlineData("metrics-20260101-1234567.csv.gz", true)]
    [InlineData("metrics-20260101-000001.csv.gz.tmp", true)]
    [InlineData("metrics-20260101-000001.jsonl.damaged", true)]
    [InlineData("metrics-20260101-0000001.jsonl", false)] // more zeros than it would be written with
    [InlineData("metrics-20260230-000001.jsonl", false)]
    [InlineData("metrics-20260101-000001.txt", false)]
    [InlineData("metrics-20260101-000001.jsonl.gz.old", false)]
    [InlineData("metrics-20260101-9999999999.jsonl", false)]
    [InlineData("metrics-2026０101-000001.jsonl", false)]
    [InlineData("metrics.lock", false)]
    public void Names_OfFiles_AreTheSinksOnlyWhenItWouldWriteThem(string text, bool known)
    {
        Assert.Equal(known, SinkFileName.TryParse(text, out var name));
        if (known) Assert.Equal(text, name.ToString());
    }

    FileSink Open(string format, Action<FileSinkOptions>? configure = null) => new(_folder.Options(o => { (o.Format, o.Sync) = (format, false); configure?.Invoke(o); }), new FakeTimeProvider());

    static void Write(FileSink sink, Sample[] samples) => SinkFolder.Write(sink, new(samples));

    // .NET has no call for hard links.
    static void Link(string target, string path)
    {
        using var link = System.Diagnostics.Process.Start("ln", [target, path]);
        link.WaitForExit();
        Assert.Equal(0, link.ExitCode);
    }
}
