using System.Text.Json;
using MetricsKit.Tests.Formats;
using Xunit;

namespace MetricsKit.Tests.Exporters;

public sealed class JsonFileExporterTests : MetricExporterConformance
{
    readonly TemporaryFolder _folder = new();
    DateTime _seen;

    string File => _folder["metrics.json"];

    [Fact]
    public async Task Export_OverAndOver_LeavesTheDocumentAloneForItsOwner()
    {
        JsonFileExporter exporter = new(File);
        for (int i = 0; i < 3; i++)
        {
            using var snapshot = Rig.Read();
            await ExportAsync(exporter, snapshot);
            Assert.Equal(["metrics.json"], _folder.Names);
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        }
    }

    [Fact]
    public async Task Export_IntoADirectoryThatIsMissing_MakesIt()
    {
        string file = _folder["a/b/metrics.json"];
        JsonFileExporter exporter = new(file);
        using var snapshot = Rig.Read();
        for (int i = 0; i < 2; i++)
        {
            await ExportAsync(exporter, snapshot);
            JsonReading.Holds(System.IO.File.ReadAllBytes(file), snapshot);
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, System.IO.File.GetUnixFileMode(_folder["a/b"]));
            Directory.Delete(_folder["a"], recursive: true); // somebody may take it away meanwhile
        }
    }

    [Fact]
    public async Task Export_WhileOthersRead_ShowsNobodyHalfADocument()
    {
        JsonFileExporter exporter = new(File);
        var counter = Define.Counter("c", "1", "C.", TagKey.Open("a"));
        using TextRig rig = new("", null, counter);
        for (int i = 0; i < 500; i++) rig.Make(counter).Add(1, new string('x', i));
        using var large = rig.Read();
        using var small = Rig.Read();
        await ExportAsync(exporter, large);
        bool done = false;
        int read = 0;
        Threads.Run(3, number =>
        {
            if (number == 0)
            {
                for (int i = 0; i < 200; i++) exporter.ExportAsync(i % 2 == 0 ? small : large, default).AsTask().GetAwaiter().GetResult();
                Volatile.Write(ref done, true);
                return;
            }
            do
            {
                using var document = JsonDocument.Parse(System.IO.File.ReadAllBytes(File));
                Interlocked.Increment(ref read);
            }
            while (!Volatile.Read(ref done));
        });
        Assert.True(read >= 2);
    }

    [Fact]
    public void Export_ByTwoProcessesIntoOneFile_IsAlwaysOneOfTheTwoDocuments()
    {
        using var snapshot = Rig.Read();
        Threads.Run(4, _ =>
        {
            JsonFileExporter exporter = new(File);
            for (int i = 0; i < 50; i++)
            {
                exporter.ExportAsync(snapshot, default).AsTask().GetAwaiter().GetResult();
                JsonReading.Holds(System.IO.File.ReadAllBytes(File), snapshot);
            }
        });
        Assert.Equal(["metrics.json"], _folder.Names);
    }

    [Fact]
    public async Task Export_AfterAProcessThatWasKilled_RemovesWhatItLeftAndNothingElse()
    {
        string[] left = ["metrics.json.0123456789abcdef.tmp", "metrics.json.ffffffffffffffff.tmp"];
        string[] kept = ["metrics.json.backup.tmp", "metrics.json.0123456789ABCDEF.tmp", "metrics.json.0123456789abcdef0.tmp", "other.json.0123456789abcdef.tmp", "metrics.json.0123456789abcdef.old"];
        foreach (string name in left.Concat(kept)) System.IO.File.WriteAllText(_folder[name], "{");
        System.IO.File.WriteAllText(_folder["metrics.json.0000000000000000.tmp"], ""); // may have been made a moment ago
        using FileStream alive = new(_folder["metrics.json.aaaaaaaaaaaaaaaa.tmp"], FileMode.CreateNew, FileAccess.Write, FileShare.Read); // another process is just writing it
        alive.WriteByte((byte)'{');
        alive.Flush();
        JsonFileExporter exporter = new(File);
        using var snapshot = Rig.Read();
        await ExportAsync(exporter, snapshot);
        Assert.Equal([.. kept.Append("metrics.json").Append("metrics.json.0000000000000000.tmp").Append("metrics.json.aaaaaaaaaaaaaaaa.tmp").Order(StringComparer.Ordinal)], _folder.Names);
        HasArrived(snapshot);
    }

    [Fact]
    public async Task Export_ThatFailsAtItsEnd_LeavesNothingBehindAndTheOldDocumentInPlace()
    {
        JsonFileExporter exporter = new(_folder["here"]);
        Directory.CreateDirectory(_folder["here"]); // a file cannot take a directory's name
        System.IO.File.WriteAllText(_folder["here/old"], "old");
        using var snapshot = Rig.Read();
        await Assert.ThrowsAnyAsync<IOException>(() => ExportAsync(exporter, snapshot));
        Assert.Equal(["here"], _folder.Names);
        Assert.Equal("old", System.IO.File.ReadAllText(_folder["here/old"]));
    }

    [Fact]
    public async Task Export_CancelledWhileItWrites_DoesNotReplaceTheDocument()
    {
        using CancellationTokenSource deadline = new();
        JsonFileExporter exporter = new(File, file => new SlowFile(file, deadline.Cancel));
        System.IO.File.WriteAllText(File, "newer");
        using var snapshot = Rig.Read();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ExportAsync(exporter, snapshot, deadline.Token));
        Assert.Equal("newer", System.IO.File.ReadAllText(File));
        Assert.Equal(["metrics.json"], _folder.Names);
    }

    [Fact]
    public async Task Export_OntoADiskThatIsFull_LeavesNothingBehindAndResumes()
    {
        bool full = true;
        JsonFileExporter exporter = new(File, file => new SlowFile(file, () => { if (full) throw new IOException("No space left on device."); }));
        using var snapshot = Rig.Read();
        for (int i = 0; i < 2; i++)
        {
            await Assert.ThrowsAnyAsync<IOException>(() => ExportAsync(exporter, snapshot));
            Assert.Empty(_folder.Names);
        }
        full = false;
        await ExportAsync(exporter, snapshot);
        HasArrived(snapshot);
    }

    [Fact]
    public async Task Export_WhileTheLastOneHangsInTheDisk_SaysSoAndSpoilsNothing()
    {
        using ManualResetEventSlim hangs = new(), heals = new();
        JsonFileExporter exporter = new(File, file => new SlowFile(file, () => { hangs.Set(); heals.Wait(Threads.Patience); }));
        using (var old = Rig.Read())
        {
            var hanging = ExportAsync(exporter, old);
            Assert.True(hangs.Wait(Threads.Patience));
            using var lost = Rig.Read();
            var refused = await Assert.ThrowsAnyAsync<IOException>(() => ExportAsync(exporter, lost));
            Assert.Contains("still hangs", refused.Message, StringComparison.Ordinal);
            heals.Set();
            await hanging.WaitAsync(Threads.Patience);
            HasArrived(old);
        }
        using var snapshot = Rig.Read();
        await ExportAsync(exporter, snapshot);
        HasArrived(snapshot);
    }

    private protected override IMetricExporter Make() => new JsonFileExporter(File);

    private protected override void HasArrived(MetricsSnapshot snapshot) => JsonReading.Holds(System.IO.File.ReadAllBytes(File), snapshot);

    private protected override bool HasAnythingArrived()
    {
        var seen = _seen;
        return (_seen = System.IO.File.GetLastWriteTimeUtc(File)) != seen;
    }

    // A file where the directory was: root, too, cannot write into that.
    private protected override void Break()
    {
        Directory.Move(_folder.Path, _folder.Path + ".away");
        System.IO.File.WriteAllText(_folder.Path, "");
    }

    private protected override void Heal()
    {
        System.IO.File.Delete(_folder.Path);
        Directory.Move(_folder.Path + ".away", _folder.Path);
    }

    private protected override void End() => _folder.Dispose();

    /// <summary>A file of which half is written before something happens.</summary>
    sealed class SlowFile(string file, Action halfway) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> bytes)
        {
            using FileStream to = new(file, FileMode.CreateNew, FileAccess.Write, FileShare.None);
            to.Write(bytes[..(bytes.Length / 2)]);
            halfway();
            to.Write(bytes[(bytes.Length / 2)..]);
        }
    }
}
