using System.Globalization;

namespace MetricsKit;

/// <summary>Reads variables as "OpenTelemetry Environment Variable Specification" has them: an empty one is not there, and one that cannot be read is ignored with a warning.</summary>
/// <remarks>
/// Files of certificates and keys are the exception: with one that cannot be read the host does not start, as with those of the section, since to export without the check
/// or the proof that was asked for would be worse. What a variable holds is repeated only where it cannot be secret: addresses and headers are not.
/// </remarks>
/// <param name="variable">The text of a variable; null where it is not set.</param>
sealed class OtelVariables(Func<string, string?> variable)
{
    /// <summary>Behind it stands what a variable is called for metrics alone, which wins over the one for all signals.</summary>
    internal const string Otlp = "OTEL_EXPORTER_OTLP_", OtlpMetrics = Otlp + "METRICS_";

    readonly List<string> _warnings = [];

    /// <summary>What was ignored and why, a sentence each.</summary>
    internal IReadOnlyList<string> Warnings => _warnings;

    internal void Warn(string sentence)
    {
        if (!_warnings.Contains(sentence)) _warnings.Add(sentence);
    }

    internal string? Text(string name) => variable(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    /// <summary>Only <c>true</c>, in any case, is true.</summary>
    internal bool? Flag(string name)
    {
        if (Text(name) is not { } text) return null;
        bool flag = text.Equals("true", StringComparison.OrdinalIgnoreCase);
        if (!flag && !text.Equals("false", StringComparison.OrdinalIgnoreCase)) Warn($"{name} is '{text}' and is taken for false: write true or false.");
        return flag;
    }

    /// <summary>One of some words, in any case: which of them it is.</summary>
    internal int? Word(string name, params string[] words)
    {
        if (Text(name) is not { } text) return null;
        for (int i = 0; i < words.Length; i++)
        {
            if (text.Equals(words[i], StringComparison.OrdinalIgnoreCase)) return i;
        }
        Warn($"{name} is '{text}' and is ignored: write one of {string.Join(", ", words)}.");
        return null;
    }

    /// <summary>A whole number of milliseconds within a range.</summary>
    /// <param name="name">The variable.</param>
    /// <param name="least">The least.</param>
    /// <param name="most">The most; of a timeout also what 0 stands for, which means "no limit".</param>
    /// <param name="isTimeout">Whether 0 means that.</param>
    internal TimeSpan? Milliseconds(string name, TimeSpan least, TimeSpan most, bool isTimeout)
    {
        if (Text(name) is not { } text) return null;
        bool isNumber = long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out long number);
        if (isNumber && number == 0 && isTimeout) return most;
        if (isNumber && number >= least.TotalMilliseconds && number <= most.TotalMilliseconds) return TimeSpan.FromMilliseconds(number);
        Warn(string.Create(CultureInfo.InvariantCulture, $"{name} is '{text}' and is ignored: write a whole number of milliseconds, {least.TotalMilliseconds:0} to {most.TotalMilliseconds:0}."));
        return null;
    }
}
