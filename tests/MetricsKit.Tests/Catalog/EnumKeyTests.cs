using System.Globalization;
using Xunit;

namespace MetricsKit.Tests.Catalog;

/// <summary>The catalogue's own keys of enumerations are made without a look at their members, which the start would wait for.</summary>
public sealed class EnumKeyTests
{
    [Fact]
    public void Catalogue_KeysOfEnumerations_HaveOneTextForEachMember()
    {
        var keys = MetricsKitCatalog.Meters.SelectMany(static m => m.Definition.Instruments).SelectMany(static row => row.TagKeys).Distinct()
            .Select(static key => (Key: key, Members: key.GetType().GetGenericArguments().Single())).Where(static k => k.Members.IsEnum).ToArray();

        Assert.True(keys.Length > 8);
        Assert.All(keys, static k => Assert.Equal(Enumerable.Range(0, k.Key.Values.Length), Enum.GetValuesAsUnderlyingType(k.Members).Cast<object>().Select(static v => Convert.ToInt32(v, CultureInfo.InvariantCulture))));
    }
}
