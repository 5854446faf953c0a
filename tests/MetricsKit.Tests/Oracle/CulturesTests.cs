using System.Globalization;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Oracle;

public sealed class CulturesTests
{
    [Fact]
    public void ForEach_Action_RunsUnderEveryCultureAndRestoresBoth()
    {
        var (culture, uiCulture) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        var met = new List<(string, string)>();

        Cultures.ForEach(() => met.Add((CultureInfo.CurrentCulture.Name, CultureInfo.CurrentUICulture.Name)));

        Assert.Equal(Cultures.Names.Select(name => (name, name)), met);
        Assert.Same(culture, CultureInfo.CurrentCulture);
        Assert.Same(uiCulture, CultureInfo.CurrentUICulture);
    }

    [Fact]
    public void ForEach_ActionThatThrows_NamesTheCultureAndRestoresIt()
    {
        var culture = CultureInfo.CurrentCulture;

        var failure = Assert.Throws<InvalidOperationException>(() => Cultures.ForEach(() => throw new FormatException("A comma.")));

        Assert.Contains("sv-SE: A comma.", failure.Message, StringComparison.Ordinal);
        Assert.Same(culture, CultureInfo.CurrentCulture);
    }

    // Without the data of ICU every culture is the invariant one, and all tests of cultures would prove nothing.
    [Fact]
    public void Cultures_OnThisMachine_ReallyDiffer()
    {
        var texts = new List<string>();

        Cultures.ForEach(() => texts.Add((-1.5).ToString(CultureInfo.CurrentCulture)));

        Assert.Contains("-1,5", texts);
        Assert.Contains("-1.5", texts);
        Assert.Contains("\u22121,5", texts);
    }
}
