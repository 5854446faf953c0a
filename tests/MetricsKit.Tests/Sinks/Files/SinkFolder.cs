using System.IO.Compression;
using MetricsKit.Tests.Formats;
using Xunit;

namespace MetricsKit.Tests.Sinks.Files;

/// <summary>A directory of a test's own, with a folder for a sink in it, and what is in its files.</summary>
sealed class SinkFolder : IDisposable
{
    readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("metricskit-files-");

    public string Root => _root.FullName;

    /// <summary>Made by the sink.</summary>
    public string Path => System.IO.Path.Join(Root, "samples");

    public string PathOf(string file) => System.IO.Path.Join(Path, file);

    public FileSinkOptions Options(Action<FileSinkOptions>? configure = null)
    {
        FileSinkOptions options = new() { Directory = Path, Compress = false };
        configure?.Invoke(options);
        return options;
    }

    /// <summary>Writes a batch on the caller's thread, as a lane does; what the sink throws is thrown.</summary>
    public static void Write(FileSink sink, SampleBatch batch)
    {
        var call = sink.WriteAsync(batch, CancellationToken.None).AsTask();
        Assert.True(call.IsCompletedSuccessfully); // it has nothing to wait for
    }

    /// <summary>The names of all files but the lock, ordered.</summary>
    public string[] Files() => Files(Path);

    public static string[] Files(string folder) =>
        Directory.Exists(folder) ? [.. Directory.GetFileSystemEntries(folder).Select(static f => System.IO.Path.GetFileName(f)).Where(static f => f != "metrics.lock").Order(StringComparer.Ordinal)] : [];

    /// <summary>All samples of all files, in the order of their names; a file that is not whole is a failure.</summary>
    public List<StoredSample> Read() => Read(Path);

    public static List<StoredSample> Read(string folder)
    {
        List<StoredSample> samples = [];
        var names = Files(folder).Select(static f => SinkFileName.TryParse(f, out var name) ? name : default).Where(static n => n.Number > 0 && n.Stage is FileStage.Lines or FileStage.Compressed);
        foreach (var name in names.Select(static n => n with { Stage = FileStage.Lines }).Distinct().Order())
        {
            byte[] bytes = ReadAll(System.IO.Path.Join(folder, name.ToString()));
            samples.AddRange(name.Extension == "csv" ? SampleLines.Csv(bytes) : SampleLines.Json(bytes));
        }
        return samples;
    }

    /// <summary>The content of a file, or of what it was compressed to.</summary>
    public static byte[] ReadAll(string path)
    {
        // A compressed file is complete as soon as it is there, and only then the other goes.
        for (; ; )
        {
            try { return File.Exists(path + ".gz") ? Unzipped(path + ".gz") : File.ReadAllBytes(path); }
            catch (FileNotFoundException) when (File.Exists(path + ".gz")) { }
        }
    }

    static byte[] Unzipped(string path)
    {
        using GZipStream zip = new(File.OpenRead(path), CompressionMode.Decompress);
        using MemoryStream bytes = new();
        zip.CopyTo(bytes);
        return bytes.ToArray();
    }

    public void Dispose() => _root.Delete(recursive: true);
}
