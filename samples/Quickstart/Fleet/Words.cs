namespace Quickstart;

/// <summary>Reads the words of a path. What a client writes there may become a label, so only known words pass.</summary>
static class Words
{
    public static bool TryRead<TEnum>(string word, out TEnum value) where TEnum : struct, Enum =>
        Enum.TryParse(word, ignoreCase: true, out value) && Enum.IsDefined(value) && !char.IsAsciiDigit(word[0]);
}
