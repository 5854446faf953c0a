using Xunit;

namespace MetricsKit.Tests.Instruments;

public sealed class TagTests
{
    static readonly TagKey<string> A = TagKey.Open("a"), B = TagKey.Open("b"), C = TagKey.Open("c"), D = TagKey.Open("d"), Closed = TagKey.OneOf("closed", "x", "y");
    static readonly TagKey<Colour> Paint = TagKey.OfEnum<Colour>("paint", "red", "green", "blue");
    static readonly TagKey<Size> Extent = TagKey.OfEnum<Size>("extent", "small", "large");

    [Fact]
    public void Tags_OneOfEachKind_AreOnTheSeries()
    {
        using var open = Rig.Of(Define.Counter("t", "1", "T.", A));
        using var oneOf = Rig.Of(Define.Counter("t", "1", "T.", Closed));
        using var enumeration = Rig.Of(Define.Counter("t", "1", "T.", Paint));
        for (int i = 1; i <= 2; i++) // the second call finds what the first one resolved
        {
            open.Instrument.Add(1, "v");
            oneOf.Instrument.Add(1, "y");
            oneOf.Instrument.Add(1, "z");
            enumeration.Instrument.Add(1, Colour.Green);
            enumeration.Instrument.Add(1, (Colour)7);
            enumeration.Instrument.Add(1, (Colour)(-1));
        }
        Assert.Equal(Values(("a=v", 2)), open.Read());
        Assert.Equal(Values(("closed=x", 0), ("closed=y", 2), ("closed=_OTHER", 2)), oneOf.Read());
        Assert.Equal(Values(("paint=red", 0), ("paint=green", 2), ("paint=blue", 0), ("paint=_OTHER", 4)), enumeration.Read());
    }

    [Fact]
    public void Tags_TwoInEveryMixture_KeepTheirPlaces()
    {
        using var openOpen = Rig.Of(Define.Counter("t", "1", "T.", A, B));
        using var openEnum = Rig.Of(Define.Counter("t", "1", "T.", A, Paint));
        using var enumOpen = Rig.Of(Define.Counter("t", "1", "T.", Paint, A));
        using var enumEnum = Rig.Of(Define.Counter("t", "1", "T.", Paint, Extent));
        using var oneOfEnum = Rig.Of(Define.Counter("t", "1", "T.", Closed, Paint));
        using var oneOfOneOf = Rig.Of(Define.Counter("t", "1", "T.", Closed, TagKey.OneOf("other", "x", "y")));
        for (int i = 1; i <= 2; i++)
        {
            openOpen.Instrument.Add(1, "x", "y");
            openOpen.Instrument.Add(10, "y", "x");
            openEnum.Instrument.Add(1, "x", Colour.Red);
            openEnum.Instrument.Add(10, "x", Colour.Blue);
            enumOpen.Instrument.Add(1, Colour.Red, "x");
            enumOpen.Instrument.Add(10, Colour.Blue, "x");
            enumEnum.Instrument.Add(1, Colour.Blue, Size.Small);
            enumEnum.Instrument.Add(10, Colour.Red, Size.Large);
            enumEnum.Instrument.Add(100, (Colour)3, (Size)255);
            oneOfEnum.Instrument.Add(1, "x", Colour.Blue);
            oneOfEnum.Instrument.Add(10, "y", Colour.Red);
            oneOfEnum.Instrument.Add(100, "z", Colour.Red);
            oneOfOneOf.Instrument.Add(1, "x", "y");
            oneOfOneOf.Instrument.Add(10, "y", "x");
        }
        Assert.Equal(Values(("a=x,b=y", 2), ("a=y,b=x", 20)), openOpen.Read());
        Assert.Equal(Values(("a=x,paint=red", 2), ("a=x,paint=blue", 20)), openEnum.Read());
        Assert.Equal(Values(("paint=red,a=x", 2), ("paint=blue,a=x", 20)), enumOpen.Read());
        Assert.Equal(Values(("paint=blue,extent=small", 2), ("paint=red,extent=large", 20), ("paint=_OTHER,extent=_OTHER", 200)), NotZero(enumEnum.Read()));
        Assert.Equal(Values(("closed=x,paint=blue", 2), ("closed=y,paint=red", 20), ("closed=_OTHER,paint=red", 200)), NotZero(oneOfEnum.Read()));
        Assert.Equal(Values(("closed=x,other=y", 2), ("closed=y,other=x", 20)), NotZero(oneOfOneOf.Read()));
    }

    [Fact]
    public void Tags_ThreeInEveryMixture_KeepTheirPlaces()
    {
        using var ooo = Rig.Of(Define.Histogram("t", "s", "T.", A, B, C));
        using var oeo = Rig.Of(Define.Histogram("t", "s", "T.", A, Paint, B));
        using var eoe = Rig.Of(Define.Histogram("t", "s", "T.", Paint, A, Extent));
        using var eee = Rig.Of(Define.Histogram("t", "s", "T.", Paint, Extent, TagKey.OfEnum<Colour>("lid", "red", "green", "blue")));
        for (int i = 1; i <= 2; i++)
        {
            ooo.Instrument.Record(1, "x", "y", "z");
            ooo.Instrument.Record(1, "z", "y", "x");
            ooo.Instrument.Record(1, "y", "x", "z");
            oeo.Instrument.Record(1, "x", Colour.Green, "y");
            oeo.Instrument.Record(1, "y", Colour.Green, "x");
            oeo.Instrument.Record(1, "x", Colour.Blue, "y");
            eoe.Instrument.Record(1, Colour.Red, "x", Size.Large);
            eoe.Instrument.Record(1, Colour.Green, "x", Size.Small);
            eee.Instrument.Record(1, Colour.Red, Size.Large, Colour.Blue);
            eee.Instrument.Record(1, Colour.Blue, Size.Large, Colour.Red);
            eee.Instrument.Record(1, Colour.Blue, (Size)9, Colour.Red);
        }
        Assert.Equal(Values(("a=x,b=y,c=z", 2), ("a=z,b=y,c=x", 2), ("a=y,b=x,c=z", 2)), ooo.Read());
        Assert.Equal(Values(("a=x,paint=green,b=y", 2), ("a=y,paint=green,b=x", 2), ("a=x,paint=blue,b=y", 2)), oeo.Read());
        Assert.Equal(Values(("paint=red,a=x,extent=large", 2), ("paint=green,a=x,extent=small", 2)), eoe.Read());
        Assert.Equal(Values(("paint=red,extent=large,lid=blue", 2), ("paint=blue,extent=large,lid=red", 2), ("paint=blue,extent=_OTHER,lid=red", 2)), NotZero(eee.Read()));
    }

    [Fact]
    public void Tags_FourInSomeMixtures_KeepTheirPlaces()
    {
        using var oooo = Rig.Of(Define.Gauge("t", "1", "T.", A, B, C, D));
        using var eoeo = Rig.Of(Define.UpDownCounter("t", "1", "T.", Paint, A, Extent, B));
        using var oeeo = Rig.Of(Define.Counter("t", "1", "T.", A, Paint, Extent, Closed));
        for (int i = 1; i <= 2; i++)
        {
            oooo.Instrument.Set(1, "w", "x", "y", "z");
            oooo.Instrument.Set(2, "z", "y", "x", "w");
            oooo.Instrument.Set(3, "x", "w", "z", "y");
            eoeo.Instrument.Add(1, Colour.Red, "x", Size.Large, "y");
            eoeo.Instrument.Add(2, Colour.Red, "y", Size.Large, "x");
            eoeo.Instrument.Add(3, Colour.Green, "x", Size.Small, "y");
            oeeo.Instrument.Add(1, "x", Colour.Red, Size.Large, "x");
            oeeo.Instrument.Add(2, "x", Colour.Green, Size.Small, "?");
        }
        Assert.Equal(Values(("a=w,b=x,c=y,d=z", 1), ("a=z,b=y,c=x,d=w", 2), ("a=x,b=w,c=z,d=y", 3)), oooo.Read());
        Assert.Equal(Values(("paint=red,a=x,extent=large,b=y", 2), ("paint=red,a=y,extent=large,b=x", 4), ("paint=green,a=x,extent=small,b=y", 6)), eoeo.Read());
        Assert.Equal(Values(("a=x,paint=red,extent=large,closed=x", 2), ("a=x,paint=green,extent=small,closed=_OTHER", 4)), oeeo.Read());
    }

    static Dictionary<string, double> Values(params (string, double)[] values) => values.ToDictionary(static v => v.Item1, static v => v.Item2);

    static Dictionary<string, double> NotZero(IReadOnlyDictionary<string, double> values) => values.Where(static v => v.Value != 0).ToDictionary();
}
