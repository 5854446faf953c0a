namespace MetricsKit.Testing;

// One family while its lines arrive: metadata first, then samples.
sealed class FamilyReader(string name, LineReader firstLine, ExpositionSyntax format, ExpositionRules rules)
{
    readonly List<ExpositionSample> _samples = [];

    ExpositionType? _type;
    string? _help;
    string? _unit;
    DistributionReader? _distribution;

    public string Name => name;

    public void Type(ExpositionType type, LineReader line)
    {
        BeforeSamples("TYPE", _type is not null, line);
        if (type == ExpositionType.Counter && format == ExpositionSyntax.OpenMetrics && name.EndsWith("_total", StringComparison.Ordinal))
        {
            throw line.Error("In OpenMetrics the metadata of a counter carries the name without _total.");
        }

        _type = type;
        _distribution = type is ExpositionType.Histogram or ExpositionType.Summary ? new DistributionReader(name, type, format, rules) : null;
        CheckUnit(line);
    }

    public void Help(string help, LineReader line)
    {
        BeforeSamples("HELP", _help is not null, line);
        _help = help;
    }

    public void Unit(string unit, LineReader line)
    {
        BeforeSamples("UNIT", _unit is not null, line);
        if (!name.EndsWith("_" + unit, StringComparison.Ordinal))
        {
            throw line.Error($"The name of the family {name} does not end with its unit {unit}.");
        }

        _unit = unit;
        CheckUnit(line);
    }

    // Null when the name of the sample is none that this family may write.
    public SampleRole? Role(string sampleName)
    {
        if (!sampleName.StartsWith(name, StringComparison.Ordinal))
        {
            return null;
        }

        return (_type, sampleName[name.Length..], format) switch
        {
            (ExpositionType.Counter, "", ExpositionSyntax.Text) => SampleRole.Total,
            (ExpositionType.Counter, "_total", ExpositionSyntax.OpenMetrics) => SampleRole.Total,
            (ExpositionType.Gauge or ExpositionType.Unknown, "", _) => SampleRole.Value,
            (ExpositionType.Histogram, "_bucket", _) => SampleRole.Bucket,
            (ExpositionType.Summary, "", _) => SampleRole.Quantile,
            (ExpositionType.Histogram or ExpositionType.Summary, "_sum", _) => SampleRole.Sum,
            (ExpositionType.Histogram or ExpositionType.Summary, "_count", _) => SampleRole.Count,
            (ExpositionType.Info, "_info", _) => SampleRole.Info,
            _ => null,
        };
    }

    public void Add(ExpositionSample sample, SampleRole role, LineReader line)
    {
        if (sample.Exemplar is not null && role is not (SampleRole.Bucket or SampleRole.Total))
        {
            throw line.Error("Only buckets and totals of counters carry exemplars.");
        }

        if (role == SampleRole.Total && !(sample.Value >= 0 && double.IsFinite(sample.Value)))
        {
            throw line.Error($"The counter has the value {sample.RawValue}, which no counting gives.");
        }

        if (role == SampleRole.Info && sample.Value != 1)
        {
            throw line.Error($"The info has the value {sample.RawValue} instead of 1.");
        }

        _distribution?.Add(sample, role, line);
        _samples.Add(sample);
    }

    public ExpositionFamily Close()
    {
        var type = RequireType();
        _distribution?.Close();
        return new ExpositionFamily(name, type, _help, _unit, _samples);
    }

    public ExpositionType RequireType() => _type ?? throw firstLine.Error($"The family {name} has no TYPE line before its samples.");

    void BeforeSamples(string keyword, bool repeated, LineReader line)
    {
        if (repeated)
        {
            throw line.Error($"The family {name} has a second {keyword} line.");
        }

        if (_samples.Count > 0)
        {
            throw line.Error($"The {keyword} line of the family {name} comes after its first sample.");
        }
    }

    // Whichever of TYPE and UNIT comes second meets the other here.
    void CheckUnit(LineReader line)
    {
        if (_unit is not null && _type == ExpositionType.Info)
        {
            throw line.Error("An info has no unit.");
        }
    }
}
