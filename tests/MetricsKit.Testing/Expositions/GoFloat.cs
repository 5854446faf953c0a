using System.Globalization;
using System.Text.RegularExpressions;

namespace MetricsKit.Testing;

// What Prometheus' own parser takes for a number: the decimal floats of Go, neither hexadecimal nor with underscores.
static partial class GoFloat
{
    public static bool TryParse(string text, out double value)
    {
        switch (text)
        {
            // Go reads any case and "Infinity" too; one spelling each is enough, and others betray a number formatted by accident.
            case "NaN":
                value = double.NaN;
                return true;
            case "+Inf":
                value = double.PositiveInfinity;
                return true;
            case "-Inf":
                value = double.NegativeInfinity;
                return true;
            default:
                value = 0;
                return Decimal.IsMatch(text)
                    && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value)
                    && double.IsFinite(value); // Go reports a range error where .NET rounds to infinity.
        }
    }

    [GeneratedRegex(@"\A[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    static partial Regex Decimal { get; }
}
