using System.Globalization;

namespace MetricsKit.Testing;

/// <summary>The cultures in which careless formatting shows.</summary>
public static class Cultures
{
    // A minus that is not ASCII, digits and a calendar of their own, the dotless i, right to left, a decimal comma, and none.
    static readonly string[] _names = ["sv-SE", "fa-IR", "tr-TR", "ar-SA", "de-DE", ""];

    /// <summary>The names, the invariant culture as the empty one, for theories that want one case each.</summary>
    public static IReadOnlyList<string> Names => _names;

    /// <summary>Runs the action under each culture; the one that was current is back afterwards, whatever happened.</summary>
    public static void ForEach(Action action)
    {
        foreach (var name in _names)
        {
            Under(name, action);
        }
    }

    /// <summary>Runs the action under one culture.</summary>
    public static void Under(string name, Action action)
    {
        var (culture, uiCulture) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        try
        {
            CultureInfo.CurrentUICulture = CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(name);
            action();
        }
        catch (Exception failure) when (name.Length > 0)
        {
            throw new InvalidOperationException($"It fails under the culture {name}: {failure.Message}", failure);
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, uiCulture);
        }
    }
}
