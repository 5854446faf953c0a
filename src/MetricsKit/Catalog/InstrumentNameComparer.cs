namespace MetricsKit;

/// <summary>Names as configuration spells them: dots and underscores are equal and case does not matter, so a file and the environment meet in one entry.</summary>
sealed class InstrumentNameComparer : IEqualityComparer<string>
{
    internal static readonly InstrumentNameComparer Instance = new();

    public bool Equals(string? x, string? y) => x is null || y is null ? ReferenceEquals(x, y) : InstrumentNames.Normalise(x) == InstrumentNames.Normalise(y);

    public int GetHashCode(string obj) => InstrumentNames.Normalise(obj).GetHashCode(StringComparison.Ordinal);
}
