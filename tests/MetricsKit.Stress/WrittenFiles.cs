using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace MetricsKit.Stress;

/// <summary>What is in the files of a file sink, read without any code of the sink's.</summary>
static class WrittenFiles
{
    const string Header = "name,value,timestamp,labels,metric_type";

    /// <summary>The files with lines, by their names without <c>.gz</c>, the oldest first.</summary>
    public static string[] In(string folder) =>
        Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "metrics-*").Where(static f => f.EndsWith(".jsonl", StringComparison.Ordinal) || f.EndsWith(".csv", StringComparison.Ordinal) || f.EndsWith(".gz", StringComparison.Ordinal)).Select(Plain).Distinct().Order(StringComparer.Ordinal)] : [];

    /// <summary>The values of the lines of one of <see cref="In"/>.</summary>
    /// <exception cref="FormatException">Something in it is no whole line, or no sample that was recorded.</exception>
    public static List<long> Values(string file)
    {
        string text = Encoding.UTF8.GetString(Bytes(file));
        if (text.Length > 0 && !text.EndsWith('\n')) throw new FormatException("The last line is torn.");
        bool isCsv = file.EndsWith(".csv", StringComparison.Ordinal);
        var lines = text.Split('\n').SkipLast(1);
        if (isCsv && text.Length > 0 && lines.First() != Header + "\r") throw new FormatException("There is no header.");
        return [.. lines.Skip(isCsv ? 1 : 0).Select(line => isCsv ? Csv(line) : Json(line))];
    }

    /// <summary>How many files have a line without an end, and how many are half compressed.</summary>
    public static (int Torn, int HalfCompressed) Wounds(string folder) =>
        !Directory.Exists(folder) ? (0, 0)
        : (Directory.GetFiles(folder, "metrics-*").Count(static f => Path.GetExtension(f) is ".jsonl" or ".csv" && EndsTorn(f)), Directory.GetFiles(folder, "*.gz.tmp").Length);

    public static void Delete(string file)
    {
        File.Delete(file);
        File.Delete(file + ".gz");
    }

    static string Plain(string file) => file.EndsWith(".gz", StringComparison.Ordinal) ? file[..^3] : file;

    static bool EndsTorn(string file)
    {
        using var stream = File.OpenRead(file);
        if (stream.Length == 0) return false;
        stream.Seek(-1, SeekOrigin.End);
        return stream.ReadByte() != '\n';
    }

    static byte[] Bytes(string file)
    {
        for (; ; )
        {
            try
            {
                if (!File.Exists(file + ".gz")) return File.ReadAllBytes(file);
                using GZipStream zip = new(File.OpenRead(file + ".gz"), CompressionMode.Decompress);
                using MemoryStream bytes = new();
                zip.CopyTo(bytes);
                return bytes.ToArray();
            }
            catch (FileNotFoundException) when (File.Exists(file + ".gz")) { } // compressed at this moment
        }
    }

    static long Json(string line)
    {
        using var document = JsonDocument.Parse(line);
        long value = document.RootElement.GetProperty("value").GetInt64();
        return document.RootElement.GetProperty("name").GetString() == "sequence" && document.RootElement.GetProperty("labels").GetProperty("check").GetString() == "a,\"b\"" ? value : throw new FormatException(line);
    }

    static long Csv(string line)
    {
        const string End = ",\"{\"\"check\"\":\"\"a,\\\"\"b\\\"\"\"\"}\",gauge\r";
        string[] fields = line.Split(',', 4);
        return fields.Length == 4 && fields[0] == "sequence" && "," + fields[3] == End ? long.Parse(fields[1], CultureInfo.InvariantCulture) : throw new FormatException(line);
    }
}
