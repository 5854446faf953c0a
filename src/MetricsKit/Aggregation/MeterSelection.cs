namespace MetricsKit;

/// <summary>Which meters of the process are selected, by name with wildcards.</summary>
sealed class MeterSelection(IEnumerable<string> patterns)
{
    readonly string[] _patterns = [.. patterns.Distinct(StringComparer.OrdinalIgnoreCase)];

    internal bool IsEmpty => _patterns.Length == 0;

    internal IReadOnlyList<string> Patterns => _patterns;

    internal bool Selects(string meter) => _patterns.Any(p => Matches(p, meter));

    /// <summary>Whether a text matches a pattern, in which <c>*</c> stands for any run of characters and <c>?</c> for one; case does not matter.</summary>
    internal static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int p = 0, t = 0, star = -1, mark = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                mark = t;
            }
            else if (p < pattern.Length && (pattern[p] == '?' || char.ToUpperInvariant(pattern[p]) == char.ToUpperInvariant(text[t])))
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++mark;
            }
            else return false;
        }
        while (p < pattern.Length && pattern[p] == '*') p++;
        return p == pattern.Length;
    }
}
