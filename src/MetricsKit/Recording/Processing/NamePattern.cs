namespace MetricsKit;

/// <summary>Names with a <c>*</c> for any text, also for none. Case matters, as it does in names.</summary>
static class NamePattern
{
    internal static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        // Only the last star is ever taken back: what an earlier one could give up, the later one could take as well.
        int at = 0, star = -1, taken = 0, p = 0;
        while (at < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*') (star, taken) = (p++, at);
            else if (p < pattern.Length && pattern[p] == name[at]) (p, at) = (p + 1, at + 1);
            else if (star >= 0) (p, at) = (star + 1, ++taken);
            else return false;
        }
        return pattern[p..].TrimStart('*').IsEmpty;
    }

    internal static bool MatchesAny(IReadOnlyList<string> patterns, string name)
    {
        foreach (string pattern in patterns)
        {
            if (Matches(pattern, name)) return true;
        }
        return false;
    }
}
