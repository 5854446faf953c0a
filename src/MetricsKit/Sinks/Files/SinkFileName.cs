using System.Globalization;
using System.Text.RegularExpressions;

namespace MetricsKit;

/// <summary>The name of a file of the sink, such as <c>metrics-20261121-000001.jsonl</c>: the UTC day on which it was begun and its number on that day. Sorted by them, the oldest comes first.</summary>
/// <param name="Day">The day.</param>
/// <param name="Number">The number, from 1.</param>
/// <param name="Extension">The format: <c>jsonl</c> or <c>csv</c>.</param>
/// <param name="Stage">What became of it.</param>
/// <remarks>Nothing of a sample or of a configuration gets into a name, so that no name leads out of the directory.</remarks>
readonly partial record struct SinkFileName(DateOnly Day, int Number, string Extension, FileStage Stage) : IComparable<SinkFileName>
{
    internal static bool TryParse(string text, out SinkFileName name)
    {
        name = default;
        var match = Pattern.Match(text);
        if (!match.Success) return false;
        if (!DateOnly.TryParseExact(match.Groups["day"].ValueSpan, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return false;
        if (!int.TryParse(match.Groups["number"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number == int.MaxValue) return false;
        var stage = match.Groups["stage"].Value switch { "" => FileStage.Lines, ".gz" => FileStage.Compressed, ".gz.tmp" => FileStage.Compressing, _ => FileStage.Damaged };
        name = new(day, number, match.Groups["extension"].Value, stage);
        return name.ToString() == text;
    }

    /// <summary>Older or newer.</summary>
    public int CompareTo(SinkFileName other) => (Day, Number, Extension, Stage).CompareTo((other.Day, other.Number, other.Extension, other.Stage));

    /// <summary>The name of the file.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"metrics-{Day:yyyyMMdd}-{Number:D6}.{Extension}{End(Stage)}");

    static string End(FileStage stage) => stage switch { FileStage.Compressed => ".gz", FileStage.Compressing => ".gz.tmp", FileStage.Damaged => ".damaged", _ => "" };

    [GeneratedRegex(@"^metrics-(?<day>[0-9]{8})-(?<number>[0-9]{6,10})\.(?<extension>jsonl|csv)(?<stage>|\.gz|\.gz\.tmp|\.damaged)$", RegexOptions.CultureInvariant)]
    static partial Regex Pattern { get; }
}

/// <summary>What became of a file.</summary>
enum FileStage
{
    /// <summary>Lines, being written or closed.</summary>
    Lines,

    /// <summary>Compressed, complete.</summary>
    Compressed,

    /// <summary>Being compressed; of no use to anybody after a crash.</summary>
    Compressing,

    /// <summary>Moved aside, because what is in it is not what the sink writes.</summary>
    Damaged,
}
