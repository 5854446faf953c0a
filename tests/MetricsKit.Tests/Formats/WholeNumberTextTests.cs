using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Formats;

public sealed class WholeNumberTextTests
{
    [Fact]
    public void Write_EveryLengthAndItsNeighbours_IsTheTextOfTheFramework()
    {
        for (long power = 1; ; power *= 10)
        {
            foreach (long near in new[] { power - 1, power, power + 1, power * 9 })
            {
                AssertSame(near);
                AssertSame(-near);
            }
            if (power > long.MaxValue / 10) break;
        }
        AssertSame(long.MaxValue);
        AssertSame(long.MinValue);
        AssertSame(long.MinValue + 1);
    }

    [Fact]
    public void Write_EveryGroupOfFourDigits_IsTheTextOfTheFramework()
    {
        // The reciprocals are exact for every four digits, in the upper and in the lower half of eight.
        for (long four = 0; four < 10_000; four++)
        {
            AssertSame(four);
            AssertSame(four * 10_000);
            AssertSame(four * 100_010_001);
        }
    }

    [Fact]
    public void Write_AnyNumber_IsTheTextOfTheFramework() => Properties.Hold(OfAnyLength, AssertSame, tests: 20_000);

    /// <summary>As many short numbers as long ones: random bits, shifted.</summary>
    static Arbitrary<long> OfAnyLength { get; } = Arb.From(
        from high in Gen.Choose(int.MinValue, int.MaxValue)
        from low in Gen.Choose(int.MinValue, int.MaxValue)
        from shift in Gen.Choose(0, 63)
        select ((long)high << 32 | (uint)low) >> shift);

    static void AssertSame(long value)
    {
        Span<byte> to = stackalloc byte[WholeNumberText.Room];
        to.Fill((byte)'#'); // what was there before must not matter
        int length = WholeNumberText.Write(value, ref to[0]);
        Assert.Equal(value.ToString(CultureInfo.InvariantCulture), Encoding.ASCII.GetString(to[..length]));
    }
}
