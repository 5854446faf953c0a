using System.Globalization;
using System.Text;

namespace MetricsKit.Testing;

// A cursor over one line; every step either consumes exactly what the grammar asks for or throws.
sealed class LineReader(string line, int number)
{
    int _position;

    public int Number => number;

    public bool AtEnd => _position == line.Length;

    public ExpositionException Error(string sentence) => new(number, $"{sentence} In: {Shown(line)}");

    public bool Take(string expected)
    {
        if (string.CompareOrdinal(line, _position, expected, 0, expected.Length) != 0)
        {
            return false;
        }

        _position += expected.Length;
        return true;
    }

    public void Expect(string expected, string where)
    {
        if (!Take(expected))
        {
            throw Error($"Expected {Shown(expected)} {where}, found {Here()}.");
        }
    }

    public void ExpectEnd(string where)
    {
        if (!AtEnd)
        {
            throw Error($"Expected the end of the line {where}, found {Here()}.");
        }
    }

    // Metadata puts one space between its name and what it says.
    public LineReader Lead()
    {
        Expect(" ", "after the name of the family");
        if (AtEnd || line[_position] is ' ' or '\t')
        {
            throw Error($"Expected a word after one space, found {Here()}.");
        }

        return this;
    }

    public string MetricName() => Name("metric name", colon: true);

    public string LabelName() => Name("label name", colon: false);

    public string Word()
    {
        var start = _position;
        while (!AtEnd && line[_position] is not ' ' and not '\t')
        {
            _position++;
        }

        return start == _position ? throw Error($"Expected a word, found {Here()}.") : line[start.._position];
    }

    // The rest of a HELP line: quotes are escaped in OpenMetrics and must not be in text.
    public string HelpText(bool quotesAreEscaped)
    {
        var text = new StringBuilder();
        while (!AtEnd)
        {
            var character = line[_position++];
            if (character == '"' && quotesAreEscaped)
            {
                throw Error("A quote in HELP is not escaped.");
            }

            text.Append(character == '\\' ? Escaped(quotesAreEscaped) : character);
        }

        return text.ToString();
    }

    public string QuotedValue()
    {
        Expect("\"", "before a label value");
        var text = new StringBuilder();
        while (!AtEnd)
        {
            var character = line[_position++];
            if (character == '"')
            {
                return text.ToString();
            }

            text.Append(character == '\\' ? Escaped(quote: true) : character);
        }

        throw Error("A label value is not closed by a quote on its line.");
    }

    char Escaped(bool quote)
    {
        var escaped = AtEnd ? '\0' : line[_position++];
        return escaped switch
        {
            '\\' => '\\',
            'n' => '\n',
            '"' when quote => '"',
            _ => throw Error($"The escape \\{(escaped == '\0' ? "" : escaped)} is unknown here."),
        };
    }

    string Name(string what, bool colon)
    {
        var start = _position;
        while (!AtEnd && IsNameCharacter(line[_position], first: _position == start, colon))
        {
            _position++;
        }

        return start == _position ? throw Error($"Expected a {what}, found {Here()}.") : line[start.._position];
    }

    static bool IsNameCharacter(char character, bool first, bool colon) =>
        char.IsAsciiLetter(character) || character == '_' || (colon && character == ':') || (!first && char.IsAsciiDigit(character));

    string Here() => AtEnd ? "the end of the line" : Shown(line[_position].ToString());

    static string Shown(string text)
    {
        const int Longest = 300; // Enough to recognise a line; hostile labels are far longer.
        var shown = new StringBuilder("`");
        foreach (var character in text.AsSpan(0, Math.Min(text.Length, Longest)))
        {
            if (char.IsControl(character))
            {
                shown.Append(CultureInfo.InvariantCulture, $"<U+{(int)character:X4}>");
            }
            else
            {
                shown.Append(character);
            }
        }

        return shown.Append(text.Length > Longest ? "…`" : "`").ToString();
    }
}
