using System.Globalization;

namespace MetricsKit.Testing;

/// <summary>Says which line of an exposition breaks which rule.</summary>
public sealed class ExpositionException : Exception
{
    /// <summary>Joins the place and the sentence.</summary>
    public ExpositionException(int line, string sentence)
        : base(string.Create(CultureInfo.InvariantCulture, $"Line {line}: {sentence}")) => (Line, Sentence) = (line, sentence);

    /// <summary>The line, counted from 1.</summary>
    public int Line { get; }

    /// <summary>What is wrong, without the place.</summary>
    public string Sentence { get; }
}
