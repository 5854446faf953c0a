using System.Text;

namespace MetricsKit.Testing;

/// <summary>One sample, with its labels in the order in which they were written.</summary>
public sealed record ExpositionSample(
    string Name,
    IReadOnlyList<KeyValuePair<string, string>> Labels,
    double Value,
    string RawValue,
    ExpositionExemplar? Exemplar,
    int Line)
{
    /// <summary>The value of a label, or <see langword="null"/> when the sample does not carry it.</summary>
    public string? this[string label]
    {
        get
        {
            foreach (var (key, value) in Labels)
            {
                if (key == label)
                {
                    return value;
                }
            }

            return null;
        }
    }

    /// <summary>The sample as a reader of a failure message wants to see it.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Name);
        if (Labels.Count > 0)
        {
            text.Append('{').AppendJoin(',', Labels.Select(label => $"{label.Key}=\"{label.Value}\"")).Append('}');
        }

        return text.Append(' ').Append(RawValue).ToString();
    }
}
