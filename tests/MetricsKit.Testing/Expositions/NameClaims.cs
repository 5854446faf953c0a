namespace MetricsKit.Testing;

// Names are owned in the OpenMetrics name space whatever the format is: a pair that only collides there would make the two formats differ.
sealed class NameClaims(ExpositionSyntax format, ExpositionRules rules)
{
    static readonly string[] _plain = [""];
    static readonly string[] _ofCounter = ["", "_total", "_created"];
    static readonly string[] _ofHistogram = ["", "_bucket", "_sum", "_count", "_created"];
    static readonly string[] _ofSummary = ["", "_sum", "_count", "_created"];
    static readonly string[] _ofInfo = ["", "_info"];

    readonly Dictionary<string, string> _owners = [];

    public string? Owner(string sampleName) => _owners.GetValueOrDefault(sampleName);

    public void Claim(string family, ExpositionType type, LineReader line)
    {
        var isTextCounter = format == ExpositionSyntax.Text && type == ExpositionType.Counter;
        var stem = isTextCounter && family.EndsWith("_total", StringComparison.Ordinal) ? family[..^"_total".Length] : family;
        foreach (var suffix in Suffixes(type))
        {
            if (!_owners.TryAdd(stem + suffix, family) && !rules.AllowNameCollisions)
            {
                throw line.Error($"The family {family} collides with {_owners[stem + suffix]}: in OpenMetrics both own the name {stem + suffix}.");
            }
        }
    }

    static string[] Suffixes(ExpositionType type) => type switch
    {
        ExpositionType.Counter => _ofCounter,
        ExpositionType.Histogram => _ofHistogram,
        ExpositionType.Summary => _ofSummary,
        ExpositionType.Info => _ofInfo,
        _ => _plain,
    };
}
