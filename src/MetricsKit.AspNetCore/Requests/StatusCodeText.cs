using System.Globalization;

namespace MetricsKit;

/// <summary>Status codes as text, each made once.</summary>
static class StatusCodeText
{
    const int First = 100, Last = 599; // what RFC 9110 defines; a handler that sets anything else adds one series

    static readonly string?[] _texts = new string?[Last - First + 1];

    internal static string Of(int statusCode)
    {
        int at = statusCode - First;
        if ((uint)at >= (uint)_texts.Length) return TagKey.Other;
        return _texts[at] ??= statusCode.ToString(CultureInfo.InvariantCulture); // two threads may make the same text; either will do
    }
}
