using System.Collections;
using System.Diagnostics.Metrics;
using Xunit;

namespace MetricsKit.Tests.Aggregation;

/// <summary>What becomes of tag values of any type on instruments of meters that are not the kit's.</summary>
[Trait("Invariant", "I10")]
public sealed class ForeignTagTests
{
    /// <summary>Two values of each type that can be remembered, of which some are equal and have different texts.</summary>
    public static TheoryData<object, object> Pairs => new()
    {
        { 1.0m, 1.00m },
        { 0.0, -0.0 },
        { 0.0f, -0.0f },
        { 1, 2 },
        { 1L, 2L },
        { true, false },
        { (short)1, (short)2 },
        { 1u, 2u },
        { 'a', 'b' },
        { DayOfWeek.Monday, DayOfWeek.Friday },
        { Guid.Empty, Guid.AllBitsSet },
        { 1, 1L },
        { "a", "b" },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Values_ThatMayHaveAnotherText_AreNotTakenForEachOther(object one, object other)
    {
        object same = Copied(one);
        Assert.True(Same(one, same));
        Assert.False(Same(one, other));
        Assert.False(Same(other, one));
        Assert.False(Same(one, null));
        Assert.False(Same(null, one));

        static bool Same(object? kept, object? asked) => TagListCache.Same([new("a", kept)], [new("a", asked)]);
    }

    [Fact]
    public async Task Numbers_ThatAreEqualAndReadDifferently_AreTheSeriesOfTheirTextsWhateverCameBefore()
    {
        using Meter meter = new(Unique());
        await using var kit = Selecting(meter);
        var counter = meter.CreateCounter<long>("calls");
        for (int round = 0; round < 3; round++)
        {
            foreach (object value in (object[])[1.0m, 1.00m, 0.0, -0.0, 0.5f, -0.0f]) counter.Add(1, new KeyValuePair<string, object?>("a", value));
        }
        using var snapshot = await kit.SnapshotAsync();
        Assert.Equal([("-0", 6.0), ("0", 3.0), ("0.5", 3.0), ("1.0", 3.0), ("1.00", 3.0)], Series(snapshot));
    }

    [Fact]
    [Trait("Invariant", "I11")]
    public async Task Values_ThatContainThemselvesOrNeverEnd_HarmNobody()
    {
        using Meter meter = new(Unique());
        await using var kit = Selecting(meter);
        var counter = meter.CreateCounter<long>("calls");
        object?[] snake = ["head", null];
        snake[1] = snake;
        counter.Add(1, new KeyValuePair<string, object?>("a", snake));
        counter.Add(1, new KeyValuePair<string, object?>("a", new Endless("acme")));
        counter.Add(1, new KeyValuePair<string, object?>("a", new int[1_000_000]));
        counter.Add(1, new KeyValuePair<string, object?>("a", new int[2, 2]));
        using var snapshot = await kit.SnapshotAsync();
        var texts = Series(snapshot).Select(static s => s.Labels).ToList();
        Assert.Equal(4, texts.Count);
        Assert.Contains("[head,System.Object[]]", texts);
        Assert.Contains("acme", texts);
        Assert.Contains("System.Int32[,]", texts);
        Assert.Single(texts, static t => t.StartsWith("[0,0,0,", StringComparison.Ordinal) && t.Length == TagText.MaxLength);
        Assert.Equal(1, kit.Ledger.Read(LedgerEntry.TruncatedTag));
    }

    [Fact]
    public void Text_OfAnArray_IsThatOfItsElements()
    {
        Assert.Equal("[a,1.5,true,,x]", TagText.OfValue(new object?[] { "a", 1.5, true, null, 'x' }));
        Assert.Equal("[]", TagText.OfValue(Array.Empty<string>()));
        Assert.Equal("[1,2]", TagText.OfValue(new long[] { 1, 2 }));
        // No more of it is read than a label holds, and it is still known to be too long.
        Assert.InRange(TagText.OfValue(new int[1_000_000])!.Length, TagText.MaxLength + 1, TagText.MaxLength + 16);
    }

    static object Copied(object value) => value is string text ? new string(text.AsSpan()) : System.Runtime.CompilerServices.RuntimeHelpers.GetObjectValue(value);

    static List<(string Labels, double Value)> Series(MetricsSnapshot snapshot) =>
        [.. snapshot.Families.Where(static f => f.Definition.Name == "calls").SelectMany(static f => f.Series).Select(static s => (string.Join(',', s.Tags.Select(static t => t.Value)), s.Value)).OrderBy(static s => s.Item1, StringComparer.Ordinal)];

    static string Unique() => "Test." + Guid.NewGuid().ToString("N");

    static TestKit Selecting(Meter meter) => TestKit.Start(o => o.Meters.Add(meter.Name));

    sealed class Endless(string text) : IEnumerable
    {
        public IEnumerator GetEnumerator()
        {
            while (true) yield return text;
        }

        public override string ToString() => text;
    }
}
