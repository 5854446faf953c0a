using System.Globalization;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Oracle;

public sealed class ExpositionPropertyTests
{
    [Fact]
    public void Parse_AnyLabelValueEscapedAsTheFormatsSay_ComesBack() =>
        Properties.Hold(HostileText.LabelValues, value =>
        {
            var document = $"# TYPE x gauge\nx{{a=\"{Escaped(value)}\"}} 1\n";
            if (!IsWellFormed(value))
            {
                Assert.Throws<ExpositionException>(() => ExpositionParser.Parse(document, ExpositionSyntax.Text));
                return;
            }

            Assert.Equal(value, ExpositionParser.Parse(document, ExpositionSyntax.Text).Samples[0]["a"]);
            Assert.Equal(value, ExpositionParser.Parse(document + "# EOF\n", ExpositionSyntax.OpenMetrics).Samples[0]["a"]);
        });

    [Fact]
    public void Parse_AnyDoubleAsGoWritesIt_ComesBackBitForBit() =>
        Properties.Hold(HostileNumbers.Doubles, value =>
        {
            var text = double.IsNaN(value) ? "NaN"
                : double.IsPositiveInfinity(value) ? "+Inf"
                : double.IsNegativeInfinity(value) ? "-Inf"
                : value.ToString("R", CultureInfo.InvariantCulture);

            var read = ExpositionParser.Parse($"# TYPE x gauge\nx {text}\n", ExpositionSyntax.Text).Value("x");

            Assert.True(double.IsNaN(value) ? double.IsNaN(read) : BitConverter.DoubleToInt64Bits(value) == BitConverter.DoubleToInt64Bits(read));
        });

    [Fact]
    public void Parse_AnyText_IsRefusedWithASentenceOrPassesButNeverBreaks() =>
        Properties.Hold(HostileText.LabelValues, text =>
        {
            foreach (var document in new[] { text, text + "\n", "# HELP x " + text + "\n", "# TYPE x gauge\nx{" + text + "} 1\n", "# TYPE x gauge\nx " + text + "\n" })
            {
                foreach (var format in Enum.GetValues<ExpositionSyntax>())
                {
                    Assert.True(Record.Exception(() => ExpositionParser.Parse(document, format)) is null or ExpositionException);
                }
            }
        });

    static string Escaped(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);

    static bool IsWellFormed(string value)
    {
        for (var at = 0; at < value.Length; at++)
        {
            if (char.IsSurrogate(value[at]) && (at + 1 == value.Length || !char.IsSurrogatePair(value[at], value[++at])))
            {
                return false;
            }
        }

        return true;
    }
}
