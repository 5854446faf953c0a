namespace MetricsKit;

/// <summary>Names as configuration spells them: dots and underscores are equal and case does not matter, so a file and the environment meet in one entry.</summary>
/// <remarks>It allocates nothing, since views of tags ask it for every series that is new.</remarks>
sealed class InstrumentNameComparer : IEqualityComparer<string>
{
    internal static readonly InstrumentNameComparer Instance = new();

    public bool Equals(string? x, string? y)
    {
        if (ReferenceEquals(x, y)) return true;
        if (x is null || y is null || x.Length != y.Length) return false;
        for (int i = 0; i < x.Length; i++)
        {
            if (x[i] != y[i] && Fold(x[i]) != Fold(y[i])) return false;
        }
        return true;
    }

    public int GetHashCode(string obj)
    {
        uint hash = 2166136261; // FNV-1a, enough for names that a configuration lists
        foreach (char c in obj) hash = (hash ^ Fold(c)) * 16777619;
        return (int)hash;
    }

    static char Fold(char c) => c == '.' ? '_' : char.ToLowerInvariant(c);
}
