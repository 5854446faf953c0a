using System.Text;
using MetricsKit.Testing;

namespace MetricsKit.Tests.Oracle;

// A document that breaks one rule, the line where the parser must say so, and a part of the sentence.
sealed record BrokenDocument(ExpositionSyntax Format, byte[] Bytes, int Line, string Sentence)
{
    public static BrokenDocument Text(string document, int line, string sentence) =>
        new(ExpositionSyntax.Text, Encoding.UTF8.GetBytes(document), line, sentence);

    public static BrokenDocument OpenMetrics(string document, int line, string sentence) =>
        new(ExpositionSyntax.OpenMetrics, Encoding.UTF8.GetBytes(document), line, sentence);
}
