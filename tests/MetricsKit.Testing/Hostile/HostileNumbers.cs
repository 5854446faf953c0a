using FsCheck;
using FsCheck.Fluent;

namespace MetricsKit.Testing;

/// <summary>Doubles at the edges of rounding, range and spelling, and any others.</summary>
public static class HostileNumbers
{
    const double ExactIntegers = 9007199254740992; // 2^53: from here on not every integer is a double.

    static readonly double[] _edges =
    [
        double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0.0, -0.0, 1.0, -1.0,
        double.Epsilon, -double.Epsilon, 2.2250738585072009e-308, 2.2250738585072014e-308, double.MaxValue, double.MinValue,
        0.1, 0.30000000000000004, 0.12345678901234568, 1.7976931348623155e+308, 123456789.12345679, 5e-7, 1e-5, 1e-4,
        1e15, 1e16, 1e17, 1e21, 1e22, 1e23, long.MaxValue, long.MinValue, ulong.MaxValue, int.MaxValue,
    ];

    /// <summary>All of them.</summary>
    public static Arbitrary<double> Doubles { get; } = Arb.From(Gen.Frequency((3, Gen.Elements(_edges)), (2, AroundExactIntegers()), (2, Decimals()), (3, AnyBits())), Simpler);

    /// <summary>Without NaN and infinities: what a cell may hold.</summary>
    public static Arbitrary<double> FiniteDoubles { get; } = Doubles.Filter(double.IsFinite);

    static Gen<double> AroundExactIntegers() =>
        from sign in Gen.Elements(1.0, -1.0)
        from offset in Gen.Choose(-16, 16)
        select sign * (ExactIntegers + offset);

    static Gen<double> Decimals() =>
        from digits in Gen.Choose(-1_000_000, 1_000_000)
        from scale in Gen.Elements(1.0, 10.0, 1000.0, 1e6)
        select digits / scale;

    // Uniform over the bits, so over the exponents: most are very large or very small, and some are NaN.
    static Gen<double> AnyBits() =>
        from a in Gen.Choose(0, 0xFFFF)
        from b in Gen.Choose(0, 0xFFFF)
        from c in Gen.Choose(0, 0xFFFF)
        from d in Gen.Choose(0, 0xFFFF)
        select BitConverter.UInt64BitsToDouble(((ulong)(uint)a << 48) | ((ulong)(uint)b << 32) | ((ulong)(uint)c << 16) | (uint)d);

    static IEnumerable<double> Simpler(double value)
    {
        if (!double.IsFinite(value) || value == 0)
        {
            yield break;
        }

        // Each step is strictly nearer to zero, so shrinking ends.
        var whole = Math.Truncate(value);
        if (whole != value)
        {
            yield return whole;
        }

        if (Math.Abs(value / 2) < Math.Abs(value))
        {
            yield return value / 2;
        }
    }
}
