using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace MetricsKit;

/// <summary>Writes each sample as an entry of the host's log. Whether a batch arrived is the log's word: a provider that throws makes the batch come again.</summary>
sealed partial class LogSink : IMetricSink
{
    internal const string Category = "MetricsKit.Samples";

    readonly ILogger _logger;
    readonly LogLevel _level;

    internal LogSink(LogSinkOptions options, ILogger logger)
    {
        _logger = logger;
        _level = options.Parsed ?? throw new ArgumentException(options.Faults("Log").First(), nameof(options));
    }

    public ValueTask WriteAsync(SampleBatch batch, CancellationToken cancellationToken)
    {
        if (!_logger.IsEnabled(_level)) return ValueTask.CompletedTask;
        foreach (var sample in batch.Samples)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (name, tags) = (Escape(sample.Series.Name), Render(sample.Series.Tags));
            LogSample(_logger, _level, name, tags, sample.Value, sample.Series.Kind, sample.Timestamp);
        }
        return ValueTask.CompletedTask;
    }

    /// <summary>As in PromQL: <c>{location="hall",sensor_id="7"}</c>.</summary>
    static string Render(ImmutableArray<KeyValuePair<string, string>> tags)
    {
        if (tags.IsEmpty) return "";
        StringBuilder text = new("{");
        foreach (var (key, value) in tags)
        {
            if (text.Length > 1) text.Append(',');
            text.Append(Escape(key)).Append("=\"").Append(Escape(value)).Append('"');
        }
        return text.Append('}').ToString();
    }

    /// <summary>What could end a line, hide text or turn its direction is spelt out: values come from outside, and a log is read by people.</summary>
    static string Escape(string text)
    {
        foreach (char c in text)
        {
            if (IsDangerous(c)) return EscapeSlowly(text);
        }
        return text;
    }

    static string EscapeSlowly(string text)
    {
        StringBuilder escaped = new(text.Length + 8);
        foreach (char c in text)
        {
            if (c is '"' or '\\') escaped.Append('\\').Append(c);
            else if (IsDangerous(c)) escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else escaped.Append(c);
        }
        return escaped.ToString();
    }

    static bool IsDangerous(char c) => c is '"' or '\\' || char.IsControl(c) || c > '~' && char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    [LoggerMessage(EventId = 60, Message = "{Name}{Tags} {Value} ({Kind}, {Timestamp:O})")]
    static partial void LogSample(ILogger logger, LogLevel level, string name, string tags, double value, SampleKind kind, DateTime timestamp);
}
