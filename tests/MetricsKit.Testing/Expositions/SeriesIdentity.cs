using System.Globalization;
using System.Text;

namespace MetricsKit.Testing;

// For Prometheus an empty label is an absent one and the order of labels means nothing: two spellings of one series are duplicates.
static class SeriesIdentity
{
    public static string Of(string name, IEnumerable<KeyValuePair<string, string>> labels, string? except = null)
    {
        var identity = new StringBuilder(name);
        foreach (var (key, value) in labels.Where(label => label.Value.Length > 0 && label.Key != except).OrderBy(label => label.Key, StringComparer.Ordinal))
        {
            // Values may contain any character, so only lengths separate them safely.
            identity.Append(CultureInfo.InvariantCulture, $"|{key}={value.Length}:").Append(value);
        }

        return identity.ToString();
    }
}
