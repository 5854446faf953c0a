using System.Globalization;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Instruments;

/// <summary>I8: limits that change while measurements go on, and room that comes back.</summary>
[Trait("Invariant", "I8")]
public sealed class ChangingLimitTests
{
    static readonly TagKey<string> A = TagKey.Open("a");

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(37)]
    [InlineData(300)]
    public void Limit_Raised_GivesRoomBehindWhateverBlockWasLast(int limit)
    {
        const int Many = 1500;
        using var counter = Rig.Of(Define.Counter("t", "1", "T.", A) with { MaxSeries = limit });
        using var heat = Rig.Of(Define.Gauge("t", "1", "T.", A) with { MaxSeries = limit });
        using var size = Rig.Of(Define.Histogram("t", "s", "T.", A) with { MaxSeries = limit, Bounds = [1, 2, 3] });
        Record(0, Many); // up to the limit
        foreach (var table in new[] { counter.Instrument.Table!, heat.Instrument.Table!, size.Instrument.Table! }) table.MaxSeries = 2 * Many;
        Record(0, Many);
        Record(0, Many);
        var (counts, heats, sizes) = (counter.Read(), heat.Read(), size.Read());
        for (int i = 0; i < Many; i++)
        {
            string label = "a=" + Text(i);
            int times = i < limit - limit / 8 ? 3 : 2;
            Assert.Equal((times * (i + 1), i, times), (counts[label], heats[label], sizes[label]));
        }
        Assert.Equal(3.0 * Many * (Many + 1) / 2, counts.Values.Sum());

        void Record(int from, int to)
        {
            for (int i = from; i < to; i++)
            {
                counter.Instrument.Add(i + 1, Text(i));
                heat.Instrument.Set(i, Text(i));
                size.Instrument.Record(1, Text(i));
            }
        }
    }

    [Fact]
    public void Limit_Lowered_StopsGrowthAndKeepsWhatIsThere()
    {
        using var rig = Rig.Of(Define.Counter("t", "1", "T.", A) with { MaxSeries = 1000 });
        for (int i = 0; i < 100; i++) rig.Instrument.Add(1, Text(i));
        rig.Instrument.Table!.MaxSeries = 10;
        for (int i = 0; i < 200; i++) rig.Instrument.Add(1, Text(i));
        for (int i = 0; i < 50; i++) rig.Instrument.Add(1, "steady"); // there is nothing to keep back any more
        var read = rig.Read();
        Assert.Equal((101, 150, 2), (read.Count, read["!a=_OTHER"], read["a=99"]));
    }

    [Fact]
    public void Limit_OfClosedKeys_DoesNotChange()
    {
        TagKey<Colour> paint = TagKey.OfEnum<Colour>("paint", "red", "green", "blue");
        using var rig = Rig.Of(Define.Counter("t", "1", "T.", paint));
        rig.Instrument.Table!.MaxSeries = 1;
        rig.Instrument.Add(1, (Colour)77);
        Assert.Equal(4, rig.Instrument.Table.MaxSeries);
        Assert.Equal(1, rig.Read("paint=_OTHER"));
    }

    [Fact]
    public void HostsLimit_RaisedAndLowered_IsFollowed()
    {
        using var rig = Rig.Of(Define.Counter("t", "1", "T.", A), maxSeries: 3);
        Add(5);
        Assert.Equal(3, rig.Instrument.Table!.Count);
        rig.Registry.Budget.Most = 6;
        Add(10);
        Assert.Equal((6, 6), (rig.Instrument.Table.Count, rig.Registry.Budget.Used));
        rig.Registry.Budget.Most = 4;
        Add(20);
        Assert.Equal((6, 6), (rig.Instrument.Table.Count, rig.Registry.Budget.Used));
        Assert.Equal(35, rig.Read().Values.Sum());

        void Add(int count)
        {
            for (int i = 0; i < count; i++) rig.Instrument.Add(1, Text(i));
        }
    }

    [Fact]
    public void Limits_ChangedUnderFire_LoseNothing()
    {
        const int Threads = 3, Calls = 40_000, Turns = 60;
        using var counter = Rig.Of(Define.Counter("t", "1", "T.", A) with { MaxSeries = 4 }, maxSeries: 50);
        using var size = Rig.Of(Define.Histogram("t", "s", "T.", A) with { MaxSeries = 4, Bounds = [1] }, maxSeries: 50);
        using HeldThread changing = new();
        int turns = 0;
        long calls = 0;
        var changed = changing.Begin(() =>
        {
            for (; turns < Turns; Volatile.Write(ref turns, turns + 1))
            {
                counter.Instrument.Table!.MaxSeries = size.Instrument.Table!.MaxSeries = turns % 3 == 0 ? 4 : 100 * (turns % 40 + 1);
                counter.Registry.Budget.Most = size.Registry.Budget.Most = turns % 2 == 0 ? 50 : 100_000;
                counter.Read();
            }
        });
        Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, thread =>
        {
            int i = 0;
            for (; i < Calls || Volatile.Read(ref turns) < Turns; i++) // however the machine shares its time
            {
                string value = string.Create(CultureInfo.InvariantCulture, $"{(i % 3 == 0 ? -1 : thread)}:{(i % 3 == 0 ? i % 600 : i)}");
                counter.Instrument.Add(1, value);
                size.Instrument.Record(0.5, value);
            }
            Interlocked.Add(ref calls, i);
        });
        changed.Wait();

        var (counts, sizes) = (counter.Read(), size.Read()); // which refuse labels that are there twice
        Assert.Equal((calls, calls), (counts.Values.Sum(), sizes.Values.Sum()));
        Assert.Equal((counter.Instrument.Table!.Count, size.Instrument.Table!.Count), (counter.Registry.Budget.Used, size.Registry.Budget.Used));
        Assert.InRange(counts.Count, 1 + 3, 4001);
    }

    [Fact]
    [Trait("Invariant", "I7")]
    public void Flood_ThatHasEnded_MakesRoomAgain()
    {
        FakeTimeProvider time = new();
        var ttl = TimeSpan.FromMinutes(10);
        using Rig<CounterInstrument<string>> rig = new(Define.Counter("t", "1", "T.", A) with { MaxSeries = 80 }, maxSeries: 80, time: time, timeToLive: ttl);
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < 1000; i++) rig.Instrument.Add(1, $"flood{round}.{i}");
            Assert.Equal((70, 70), (rig.Instrument.Table!.Count, rig.Registry.Budget.Used));
            for (int i = 0; i < 20; i++) rig.Instrument.Add(1, "steady");
            Assert.Equal(round == 0 ? 71 : 70, rig.Registry.Budget.Used); // later it is there already
            for (int minute = 0; minute < 12; minute++)
            {
                rig.Read();
                rig.Instrument.Add(1, "steady");
                time.Advance(TimeSpan.FromMinutes(1));
            }
            rig.Read();
            Assert.Equal((1, 1), (rig.Instrument.Table.Count, rig.Registry.Budget.Used));
            rig.Instrument.Add(1, $"after{round}");
            Assert.Equal(1, rig.Read($"a=after{round}"));
            time.Advance(ttl + ttl);
            rig.Instrument.Add(1, "steady");
            rig.Read();
            rig.Read();
        }
        Assert.Equal(3 * (20 + 12 + 1) - (SightingSketch.Often - 1), rig.Read("a=steady"));
    }

    static string Text(int i) => i.ToString(CultureInfo.InvariantCulture);
}
