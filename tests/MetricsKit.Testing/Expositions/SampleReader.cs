using System.Text;

namespace MetricsKit.Testing;

// The grammar of a sample line; whether the sample fits its family is not asked here.
static class SampleReader
{
    const int MostExemplarCharacters = 128; // The limit of OpenMetrics 1.0 over all names and values.

    public static ExpositionSample Read(LineReader line, ExpositionSyntax format)
    {
        var name = line.MetricName();
        var labels = line.Take("{") ? Labels(line) : [];
        line.Expect(" ", "before the value");
        var (value, raw) = Number(line, "value");
        var exemplar = line.AtEnd ? null : Exemplar(line, format);
        line.ExpectEnd("after the sample");
        return new ExpositionSample(name, labels, value, raw, exemplar, line.Number);
    }

    static List<KeyValuePair<string, string>> Labels(LineReader line)
    {
        var labels = new List<KeyValuePair<string, string>>();
        do
        {
            var key = line.LabelName();
            if (key.StartsWith("__", StringComparison.Ordinal))
            {
                throw line.Error($"The label {key} begins with two underscores, which Prometheus keeps for itself.");
            }

            if (labels.Exists(label => label.Key == key))
            {
                throw line.Error($"The label {key} stands twice in one label set.");
            }

            line.Expect("=", "after a label name");
            labels.Add(KeyValuePair.Create(key, line.QuotedValue()));
        }
        while (line.Take(","));

        line.Expect("}", "after the labels");
        return labels;
    }

    static (double Value, string Raw) Number(LineReader line, string what)
    {
        var raw = line.Word();
        return GoFloat.TryParse(raw, out var value) ? (value, raw) : throw line.Error($"The {what} {raw} is not a number as Go reads it.");
    }

    static ExpositionExemplar Exemplar(LineReader line, ExpositionSyntax format)
    {
        if (!line.Take(" #"))
        {
            line.Expect(" ", "after the value");
            throw line.Error("After the value stands more: a timestamp, which is never written here, or white space.");
        }

        if (format == ExpositionSyntax.Text)
        {
            throw line.Error("The text format has no exemplars.");
        }

        line.Expect(" ", "after the # of an exemplar");
        line.Expect("{", "before the labels of an exemplar");
        var labels = line.Take("}") ? [] : Labels(line);
        var characters = labels.Sum(label => Characters(label.Key) + Characters(label.Value));
        if (characters > MostExemplarCharacters)
        {
            throw line.Error("The labels of an exemplar are longer than 128 characters.");
        }

        line.Expect(" ", "before the value of an exemplar");
        var (value, raw) = Number(line, "value of an exemplar");
        double? timestamp = line.Take(" ") ? Timestamp(line) : null;
        return new ExpositionExemplar(labels, value, raw, timestamp);
    }

    static double Timestamp(LineReader line)
    {
        var (value, raw) = Number(line, "timestamp of an exemplar");
        return double.IsFinite(value) ? value : throw line.Error($"The timestamp of an exemplar {raw} is not finite.");
    }

    static int Characters(string text) => text.EnumerateRunes().Count();
}
