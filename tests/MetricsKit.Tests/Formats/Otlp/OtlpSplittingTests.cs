using FsCheck;
using FsCheck.Fluent;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Formats.Otlp;

/// <summary>Messages end before they are too long, and together they are the unsplit one.</summary>
public sealed class OtlpSplittingTests
{
    static readonly TagKey<string> A = TagKey.Open("a");

    [Fact]
    public void Messages_AtEverySize_AreTogetherTheUnsplitOneAndNoneIsLonger()
    {
        using var rig = Sample(out int longest);
        using var snapshot = rig.Read();
        var whole = OtlpReading.Spell(OtlpRig.Write(new(new()), snapshot)).ToList();
        int all = Lengths(snapshot, int.MaxValue).Single().Length;
        for (int size = 0; size <= all + 1; size += size < 700 ? 1 : 7)
        {
            var messages = Lengths(snapshot, size);
            Assert.Equal(whole, OtlpReading.Spell(messages.Select(static m => OtlpReader.Read(m))));
            foreach (var (message, next) in messages.Zip(messages.Skip(1).Append(null)))
            {
                int points = OtlpReader.Read(message).PointCount;
                Assert.True(message.Length <= size || points == 1, $"{message.Length} bytes and {points} points at a limit of {size}.");
                // It was full: with the longest point and its heads the next one's beginning would not have fitted.
                Assert.True(next is null || message.Length + longest > size, $"{message.Length} bytes at a limit of {size}, and there was more.");
            }
        }
    }

    [Fact]
    public void Message_ThatIsExactlyFull_IsNotSplit()
    {
        using var rig = Sample(out _);
        using var snapshot = rig.Read();
        int all = Lengths(snapshot, int.MaxValue).Single().Length;

        Assert.Equal(all, Lengths(snapshot, all).Single().Length);
        Assert.Equal(2, Lengths(snapshot, all - 1).Count);
    }

    [Fact]
    public void Points_ThatAreEachTooLong_StandAlone()
    {
        using var rig = Sample(out _);
        using var snapshot = rig.Read();

        var messages = OtlpRig.Write(new(new(MaxBytes: 10)), snapshot);

        Assert.All(messages, static m => Assert.Equal(1, m.PointCount));
        OtlpReading.Holds(messages, snapshot);
    }

    [Fact]
    public void Settled_MessageByMessage_CountsEachPointOnce()
    {
        using var rig = Sample(out _);
        for (int size = 0; size < 3000; size += 90)
        {
            OtlpRequests requests = new(new(OtlpTemporality.Delta, MaxBytes: size)), whole = new(new(OtlpTemporality.Delta));
            var expected = OtlpReading.Spell(rig.Export(whole)).Select(Timeless).ToList();
            Assert.Equal(expected, OtlpReading.Spell(rig.Export(requests)).Select(Timeless));
            Assert.DoesNotContain(rig.Export(requests).SelectMany(static m => m.Metrics), static m => m.Temporality == 1);
        }

        static string Timeless(string line) => string.Join('|', line.Split('|').Where(static (_, i) => i != 9)); // the time of the export
    }

    [Fact]
    public void RandomCatalogues_AtRandomSizes_AreWholeAndWithinTheBound()
    {
        var cases = Arb.From(
            from families in FamilyOf().NonEmptyListOf()
            from size in Gen.Frequency((3, Gen.Choose(0, 2000)), (1, Gen.Choose(2000, 100_000)))
            select new Case([.. families.Take(8)], size));
        Properties.Hold(cases, static made =>
        {
            using OtlpRig rig = made.Open();
            using var snapshot = rig.Read();
            var messages = OtlpRig.Write(new(new(MaxBytes: made.Size)), snapshot);
            if (messages.Count > 0) OtlpReading.Holds(messages, snapshot);
            else Assert.DoesNotContain(snapshot.Families.SelectMany(static f => f.Series), static _ => true);
            Assert.All(Lengths(snapshot, made.Size), m => Assert.True(m.Length <= made.Size || OtlpReader.Read(m).PointCount == 1));
        }, tests: 150);
    }

    /// <summary>Some of each kind, with labels of some bytes and of some hundreds, exemplars, and series that were folded.</summary>
    static OtlpRig Sample(out int longest)
    {
        var counter = Define.Counter("c", "1", "C.", A);
        var plain = Define.Counter("p", "1", "P.", A) with { MaxSeries = 4 };
        var histogram = Define.Histogram("h", "s", "H.", A) with { Bounds = [0.5, 1, 5] };
        var gauge = Define.Gauge("g", "1", "G.", A);
        OtlpRig rig = new(counter, gauge, plain, histogram);
        for (int i = 0; i < 12; i++)
        {
            string value = new('x', i * i);
            rig.Make(counter).Add(i + 1, value);
            rig.Make(plain).Add(1, value);
            rig.Make(histogram).Record(0.3 * i, value);
            rig.Make(gauge).Set(i, value);
        }
        for (int i = 0; i < 12; i += 2) OtlpRig.Put(rig.Make(counter), i, 1, rig.Time.GetUtcNow());
        longest = 150 + 12 * 12 + 150; // the heads, the label and a histogram's numbers
        return rig;
    }

    static List<byte[]> Lengths(MetricsSnapshot snapshot, int size)
    {
        OtlpRequests requests = new(new(MaxBytes: size));
        List<byte[]> messages = [];
        requests.Begin(snapshot);
        while (requests.MoveNext()) messages.Add(requests.Message.ToArray());
        return messages;
    }

    static Gen<Family> FamilyOf() =>
        from kind in Gen.Choose(0, 4)
        from bounds in Gen.Choose(0, 40)
        from closed in Gen.Elements(false, true)
        from limit in Gen.Choose(1, 30)
        from values in Gen.Two(HostileText.LabelValues.Generator).ListOf()
        from numbers in HostileNumbers.FiniteDoubles.Generator.ListOf()
        select new Family(kind, bounds, closed, limit, [.. values.Select(static v => (v.Item1, v.Item2))], [.. numbers, 1]);

    sealed record Family(int Kind, int Bounds, bool Closed, int Limit, (string A, string B)[] Values, double[] Numbers);

    sealed record Case(Family[] Families, int Size)
    {
        public override string ToString() => $"{Size} {string.Join(" / ", Families.Select(static f => $"{f.Kind} {f.Bounds} {f.Closed} {f.Limit} {string.Join(",", f.Values)} {string.Join(",", f.Numbers)}"))}";

        internal OtlpRig Open()
        {
            var b = TagKey.Open("b.key");
            List<(InstrumentDefinition Row, Action<OtlpRig> Fill)> rows = [];
            for (int i = 0; i < Families.Length; i++)
            {
                var family = Families[i];
                string name = $"row{i}";
                switch (family.Kind)
                {
                    case 0: Add(Define.Counter(name, "1", "Row.", A, b) with { MaxSeries = family.Limit }, static (on, v, n) => on.Add((long)Math.Abs(n), v.A, v.B)); break;
                    case 1: Add(Define.UpDownCounter(name, "{x}", "Row.", A, b) with { MaxSeries = family.Limit }, static (on, v, n) => on.Add((long)n, v.A, v.B)); break;
                    case 2: Add(Define.Gauge(name, "Cel", "Row.", A, b) with { MaxSeries = family.Limit }, static (on, v, n) => on.Set(n, v.A, v.B)); break;
                    case 3: Add(Define.ObservableCounter(name, "By", "Row.", A, b) with { MaxSeries = family.Limit }, static (on, v, n) => on.Observe(Math.Abs(n), v.A, v.B)); break;
                    default:
                        Add(Define.Histogram(name, "s", "Row.", A, b) with { MaxSeries = family.Limit, Bounds = [.. Enumerable.Range(0, family.Bounds).Select(static b => b * 1.1 - 3)] }, static (on, v, n) => on.Record(n, v.A, v.B));
                        break;
                }

                void Add<TInstrument>(InstrumentDefinition<TInstrument> row, Action<TInstrument, (string A, string B), double> record) where TInstrument : Instrument =>
                    rows.Add((row, rig =>
                    {
                        var made = rig.Make(row);
                        for (int v = 0; v < family.Values.Length; v++) record(made, family.Values[v], family.Numbers[v % family.Numbers.Length]);
                    }));
            }
            OtlpRig rig = new([.. rows.Select(static r => r.Row)]);
            foreach (var (_, fill) in rows) fill(rig);
            return rig;
        }
    }
}
