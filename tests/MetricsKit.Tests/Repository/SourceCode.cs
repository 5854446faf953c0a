using System.Text.RegularExpressions;

namespace MetricsKit.Tests.Repository;

/// <summary>C# as far as these tests need to understand it: without comments and texts, as a list of words, with the types that it declares.</summary>
static partial class SourceCode
{
    // What may stand before the name of a type that is used; any other word before a name means that a member is declared there.
    static readonly HashSet<string> _keywords =
    [
        "return", "new", "is", "as", "typeof", "case", "in", "out", "ref", "readonly", "static", "internal", "public", "private", "protected", "where", "throw", "else", "sealed",
        "abstract", "override", "virtual", "async", "required", "volatile", "partial", "await", "this", "params", "const", "extern", "unsafe", "fixed", "using", "scoped", "and", "or", "not", "when", "default", "nameof", "do", "yield",
    ];

    /// <summary>The code with comments and the content of texts blanked; lines stay where they are.</summary>
    public static string Bare(string source) => Noise.Replace(source, static match => match.Value.StartsWith('/') ? new string('\n', match.Value.AsSpan().Count('\n')) : "\"\"" + new string('\n', match.Value.AsSpan().Count('\n')));

    /// <summary>The names of the types that a file declares at its top, each with whether it is generic.</summary>
    public static IEnumerable<(string Name, bool IsGeneric, bool IsPublic)> TopLevelTypes(string bare)
    {
        int depth = 0, at = 0;
        foreach (Match declaration in Declaration.Matches(bare))
        {
            for (; at < declaration.Index; at++) depth += bare[at] == '{' ? 1 : bare[at] == '}' ? -1 : 0;
            if (depth == 0) yield return (declaration.Groups["name"].Value, declaration.Groups["generic"].Success, declaration.Groups["modifiers"].Value.Contains("public", StringComparison.Ordinal));
        }
    }

    /// <summary>The names that a file uses where a type may stand; those that it declares as members are left out.</summary>
    public static IEnumerable<(string Name, bool IsGeneric)> Mentions(string bare)
    {
        var words = Word.Matches(bare).Select(static m => m.Value).ToArray();
        HashSet<string> members = [];
        List<(string, bool)> used = [];
        for (int i = 0; i < words.Length; i++)
        {
            if (!char.IsLetter(words[i][0]) && words[i][0] != '_') continue;
            string before = i > 0 ? words[i - 1] : ";", after = i + 1 < words.Length ? words[i + 1] : ";";
            if (before == ".") continue;
            if ((char.IsLetter(before[^1]) && !_keywords.Contains(before) || before is ">" or "]" or "?") && after is "{" or "=" or ";" or "=>" or "(" or ",") members.Add(words[i]);
            else used.Add((words[i], after == "<"));
        }
        return used.Where(u => !members.Contains(u.Item1));
    }

    // Line and block comments; raw, verbatim and ordinary texts; characters.
    [GeneratedRegex("""//[^\n]*|/\*.*?\*/|\$*(?<q>"{3,}).*?\k<q>|(\$@|@\$|@)"([^"]|"")*"|\$?"(\\.|[^"\\\n])*"|'(\\.|[^'\\\n])+'""", RegexOptions.Singleline)]
    static partial Regex Noise { get; }

    [GeneratedRegex(@"(?<=[;}\]\s]|^)(?<modifiers>((public|internal|private|protected|static|sealed|abstract|readonly|partial|ref|file)\s+)*)(record\s+struct|record\s+class|class|struct|interface|enum|record)\s+(?<name>[A-Za-z_]\w*)(?<generic><)?")]
    static partial Regex Declaration { get; }

    [GeneratedRegex(@"[A-Za-z_]\w*|=>|\S")]
    static partial Regex Word { get; }
}
