using System.Buffers;
using System.Security.Cryptography;

namespace MetricsKit;

/// <summary>Replaces a file by each snapshot's JSON document.</summary>
/// <remarks>
/// The document is written under another name in the same directory, and takes the file's name when it is whole: who reads sees the last document or this one.
/// That other name is a new one each time, so that two processes that were given one file, as during a restart, do not write into each other's.
/// </remarks>
/// <param name="path">The file.</param>
/// <param name="make">Makes the file that is written before it takes the name.</param>
sealed class JsonFileExporter(string path, Func<string, Stream> make) : IMetricExporter
{
    const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite, OwnersDirectory = OwnersFile | UnixFileMode.UserExecute;
    const string Suffix = ".tmp";

    /// <summary>Letters that make a name new: 64 bits of chance.</summary>
    const int Letters = 16;

    static readonly SearchValues<char> HexLetters = SearchValues.Create("0123456789abcdef");

    readonly string _path = Path.GetFullPath(path), _directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
    readonly ArrayBufferWriter<byte> _document = new(64 * 1024);
    int _busy;
    bool _tidy;

    internal JsonFileExporter(string path) : this(path, static file => new FileStream(file, HowToMake())) { }

    public ValueTask ExportAsync(MetricsSnapshot snapshot, CancellationToken cancellationToken)
    {
        // A call that was given up still has the buffer, and where it hangs this one would hang too.
        if (Interlocked.Exchange(ref _busy, 1) != 0) throw new IOException($"The last export to {_path} still hangs in the file system.");
        try { Export(snapshot, cancellationToken); }
        finally { Volatile.Write(ref _busy, 0); }
        return ValueTask.CompletedTask;
    }

    void Export(MetricsSnapshot snapshot, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _document.ResetWrittenCount();
        JsonSnapshotWriter.Write(snapshot, _document);
        Tidy();
        string written = _path + "." + RandomNumberGenerator.GetHexString(Letters, lowercase: true) + Suffix;
        bool placed = false;
        try
        {
            using var file = make(written);
            file.Write(_document.WrittenSpan);
            cancellationToken.ThrowIfCancellationRequested(); // an old document must not take the place of a newer one
            File.Move(written, _path, overwrite: true); // while it is still held: nobody may take it for a leftover
            placed = true;
        }
        finally
        {
            if (!placed) Remove(written);
        }
    }

    /// <summary>Unbuffered, so that an error of the disk comes from the write and not from the end. The share is a lock that readers may have, too, and who removes leftovers may not.</summary>
    static FileStreamOptions HowToMake()
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read | FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnersFile;
        return options;
    }

    /// <summary>Makes the directory when it is missing, and once removes what processes that were killed have left there.</summary>
    void Tidy()
    {
        if (!Directory.Exists(_directory))
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(_directory);
            else Directory.CreateDirectory(_directory, OwnersDirectory);
        }
        if (_tidy) return;
        string begin = Path.GetFileName(_path) + ".";
        foreach (string file in Directory.EnumerateFiles(_directory))
        {
            if (IsLeftover(Path.GetFileName(file.AsSpan()), begin)) RemoveUnlessInUse(file);
        }
        _tidy = true;
    }

    static bool IsLeftover(ReadOnlySpan<char> name, string begin) =>
        name.Length == begin.Length + Letters + Suffix.Length && name.StartsWith(begin, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal)
        && !name.Slice(begin.Length, Letters).ContainsAnyExcept(HexLetters);

    static void RemoveUnlessInUse(string file)
    {
        try
        {
            using FileStream held = new(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            if (held.Length > 0) File.Delete(file); // an empty one may have been made a moment ago, and not be locked yet
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException) { return; } // its writer lives, or it is somebody else's
    }

    /// <summary>What fails here fails behind the error that brought it about, which is the one to report; the next process removes the file.</summary>
    static void Remove(string file)
    {
        try { File.Delete(file); }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException) { return; }
    }
}
