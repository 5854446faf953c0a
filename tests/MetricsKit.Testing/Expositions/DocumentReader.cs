namespace MetricsKit.Testing;

// The state between the lines: which family is open, which names are taken, whether the end has been said.
sealed class DocumentReader(ExpositionSyntax format, ExpositionRules rules)
{
    readonly List<ExpositionFamily> _families = [];
    readonly HashSet<string> _familyNames = [];
    readonly Dictionary<string, ExpositionSample> _samples = [];
    readonly NameClaims _claims = new(format, rules);

    FamilyReader? _open;
    bool _ended;

    public void Read(string text, int number)
    {
        var line = new LineReader(text, number);
        if (_ended)
        {
            throw line.Error("After # EOF nothing may follow.");
        }

        CheckEdges(text, line);
        if (!line.Take("#"))
        {
            ReadSample(line);
        }
        else if (text == "# EOF" && format == ExpositionSyntax.OpenMetrics)
        {
            _ended = true;
        }
        else
        {
            line.Expect(" ", "after #");
            ReadMetadata(line);
        }
    }

    public Exposition Close(int lines)
    {
        CloseFamily();
        if (format == ExpositionSyntax.OpenMetrics && !_ended)
        {
            throw new ExpositionException(lines, "The exposition does not end with # EOF.");
        }

        return new Exposition(format, _families, _samples);
    }

    static void CheckEdges(string text, LineReader line)
    {
        switch (text)
        {
            case "":
                throw line.Error("The line is blank.");
            case [.., '\r']:
                throw line.Error("The line ends with a carriage return.");
            case [' ' or '\t', ..] or [.., ' ' or '\t']:
                throw line.Error("The line begins or ends with white space.");
            case ['\uFEFF', ..]:
                throw line.Error("The document begins with a byte order mark.");
            default:
                break;
        }
    }

    void ReadMetadata(LineReader line)
    {
        var keyword = line.Word();
        switch (keyword)
        {
            case "HELP":
                var described = Named(line);
                described.Help(line.Lead().HelpText(quotesAreEscaped: format == ExpositionSyntax.OpenMetrics), line);
                break;
            case "TYPE":
                var typed = Named(line);
                var type = ExpositionTypes.Parse(line.Lead(), format);
                typed.Type(type, line);
                _claims.Claim(typed.Name, type, line);
                break;
            case "UNIT" when format == ExpositionSyntax.OpenMetrics:
                var measured = Named(line);
                measured.Unit(line.Lead().MetricName(), line);
                break;
            default:
                RefuseComment(keyword, line);
                return;
        }

        line.ExpectEnd("after the metadata");
    }

    // A comment is legal in text, but one that nearly is metadata is a mistake of the writer that every real parser swallows.
    void RefuseComment(string keyword, LineReader line)
    {
        if (format == ExpositionSyntax.OpenMetrics)
        {
            throw line.Error("OpenMetrics has no comments besides HELP, TYPE, UNIT and one # EOF at the end.");
        }

        string[] meant = ["HELP", "TYPE", "UNIT", "EOF"];
        if (meant.Any(word => keyword.StartsWith(word, StringComparison.OrdinalIgnoreCase)))
        {
            throw line.Error($"The comment begins with {keyword}, which looks like metadata and is none.");
        }
    }

    FamilyReader Named(LineReader line)
    {
        line.Expect(" ", "before the name of the family");
        var name = line.MetricName();
        if (_open?.Name == name)
        {
            return _open;
        }

        CloseFamily();
        if (!_familyNames.Add(name))
        {
            throw line.Error($"The family {name} is repeated: its lines are not contiguous.");
        }

        return _open = new FamilyReader(name, line, format, rules);
    }

    void ReadSample(LineReader line)
    {
        var sample = SampleReader.Read(line, format);
        _open?.RequireType();
        if (_open?.Role(sample.Name) is not { } role)
        {
            throw line.Error(Misplaced(sample.Name));
        }

        if (!_samples.TryAdd(SeriesIdentity.Of(sample.Name, sample.Labels), sample))
        {
            throw line.Error("The sample is a duplicate: this name with these labels was written before.");
        }

        _open.Add(sample, role, line);
    }

    string Misplaced(string sampleName) =>
        _open is null ? $"The sample {sampleName} has no TYPE line before it."
        : _claims.Owner(sampleName) is { } owner && owner != _open.Name ? $"The sample {sampleName} belongs to the family {owner}, which was closed when {_open.Name} began."
        : $"The sample {sampleName} does not belong to the current family {_open.Name}: its type does not write this name.";

    void CloseFamily()
    {
        if (_open is not null)
        {
            _families.Add(_open.Close());
            _open = null;
        }
    }
}
