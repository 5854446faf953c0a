using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using MetricsKit.Testing;
using MetricsKit.Tests.Sinks;
using Xunit;

namespace MetricsKit.Tests.Formats;

/// <summary>JSON lines and CSV: what is written is what is read, and no text gets out of its place.</summary>
public sealed class SampleLineWriterTests
{
    static readonly DateTime _time = new DateTime(2026, 11, 21, 7, 41, 31, DateTimeKind.Utc).AddTicks(1_234_567);

    [Fact]
    [Trait("Requirement", "S1-051")]
    public void Json_OfASample_HasTheKeysOfTheSource()
    {
        SampleSeries series = new("temperature", SampleKind.Gauge, new("room", "4"), new("building", "north \"a\""));
        Assert.Equal("""{"name":"temperature","value":21.5,"timestamp":"2026-11-21T07:41:31.1234567Z","labels":{"building":"north \"a\"","room":"4"},"metric_type":"gauge"}""" + "\n", Text(new JsonLineWriter(), new Sample(series, _time, 21.5)));
    }

    [Fact]
    [Trait("Requirement", "S2-069")]
    public void Csv_OfASample_HasTheSameColumns()
    {
        SampleSeries series = new("temperature", SampleKind.Histogram, new("room", "4"), new("building", "north"));
        CsvWriter writer = new();
        Assert.Equal("name,value,timestamp,labels,metric_type\r\n", Encoding.UTF8.GetString(writer.Header));
        Assert.Equal("temperature,21.5,2026-11-21T07:41:31.1234567Z,\"{\"\"building\"\":\"\"north\"\",\"\"room\"\":\"\"4\"\"}\",histogram\r\n", Text(writer, new Sample(series, _time, 21.5)));
    }

    [Theory]
    [InlineData("json")]
    [InlineData("csv")]
    [Trait("Requirement", "S1-051")]
    public void Lines_OfHostileTexts_ReadBackExactlyUnderEveryCulture(string format) => Cultures.ForEach(() =>
        Properties.Hold(Arb.From(HostileText.Names.Generator.Zip(HostileText.LabelValues.Generator)), texts =>
        {
            var (name, tag) = texts;
            if (SampleIdentity.DescribeFault(name, SampleKind.Counter, []) is not null) return; // refused where it is recorded
            SampleSeries series = new(name, SampleKind.Counter, new(name, tag), new("other", tag));
            Agree(format, new Sample(series, _time, 1), new Sample(series, _time.AddTicks(1), 2));
        }, tests: 400));

    [Theory]
    [InlineData("json")]
    [InlineData("csv")]
    public void Lines_OfHostileNumbers_ReadBackBitExact(string format)
    {
        SampleSeries series = new("x");
        Properties.Hold(HostileNumbers.FiniteDoubles, number => Agree(format, new Sample(series, _time, number)), tests: 5000);
    }

    [Theory]
    [InlineData("json")]
    [InlineData("csv")]
    public void Lines_OfAnyTime_ReadBackExactly(string format)
    {
        SampleSeries series = new("x");
        DateTime[] times = [DateTime.MinValue, DateTime.MaxValue, DateTime.UnixEpoch.AddTicks(-1), _time, _time.AddTicks(3), new DateTime(2024, 2, 29, 23, 59, 59)];
        Agree(format, [.. times.Select(t => new Sample(series, DateTime.SpecifyKind(t, DateTimeKind.Utc), 1))]);
        // A time that does not say so is UTC as well, as a sample's is by contract.
        Assert.Equal(Text(Make(format), new Sample(series, _time, 1)), Text(Make(format), new Sample(series, DateTime.SpecifyKind(_time, DateTimeKind.Unspecified), 1)));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Values_ThatAreNotFinite_AreNothing(double value)
    {
        Sample sample = new(new("x"), _time, value);
        Assert.Contains("\"value\":null,", Text(new JsonLineWriter(), sample), StringComparison.Ordinal);
        Assert.StartsWith("x,,2026-", Text(new CsvWriter(), sample), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("\r=1", "'\r=1")]
    [InlineData("\n=1", "'\n=1")]
    [InlineData("\0=1", "'\0=1")]
    [InlineData("＝1", "'＝1")]
    [InlineData("＋1", "'＋1")]
    [InlineData("－1", "'－1")]
    [InlineData("＠1", "'＠1")]
    [InlineData("  =1", "'  =1")]
    [InlineData("'quoted'", "''quoted'")]
    [InlineData("''", "'''")]
    [InlineData("a=1", "a=1")]
    [InlineData("", "")]
    [InlineData(" ", " ")]
    public void Names_ThatLookLikeFormulas_GetAnApostropheThatCanBeTakenAway(string name, string neutral)
    {
        Assert.Equal(neutral, CsvWriter.Neutral(name));
        Assert.Equal(name, SampleLines.Unneutral(neutral));
    }

    [Fact]
    public void Fields_OfCsv_AreNoFormulas()
    {
        foreach (string text in (string[])["=cmd|'/C calc'!A0", "+1", "-1", "@a", "\t=1", "\",=1+1,\"", "\r\n=1+1"])
        {
            string name = text.Replace("\t", "", StringComparison.Ordinal).Replace("\r\n", "", StringComparison.Ordinal);
            var fields = CsvDocument.Parse(Text(new CsvWriter(), new Sample(new(name, SampleKind.Gauge, KeyValuePair.Create(name, text)), _time, 1)))[0];
            Assert.Equal(5, fields.Length);
            Assert.All(fields, static field => Assert.DoesNotContain(field[0], "=+-@\t\r\n\0＝＋－＠"));
        }
    }

    [Fact]
    public void Texts_OfManySeries_AreKeptWithinABound()
    {
        JsonLineWriter writer = new();
        ArrayBufferWriter<byte> to = new();
        const int Series = 25_000;
        for (int i = 0; i < Series; i++)
        {
            writer.Write([new Sample(new($"s{i}"), _time, i)], to);
            Assert.InRange(writer.CachedSeries, 1, 10_000);
        }
        var read = SampleLines.Json(to.WrittenSpan);
        Assert.Equal(Enumerable.Range(0, Series).Select(static i => $"s{i}"), read.Select(static s => s.Name));

        // Long texts count by their bytes: a few hundred of these are as much as thousands of others.
        string wide = new('\u0001', 200);
        KeyValuePair<string, string>[] tags = [.. Enumerable.Range(0, 32).Select(i => KeyValuePair.Create($"k{i}", wide))];
        writer = new();
        for (int i = 0; i < 300; i++) writer.Write([new Sample(new($"s{i}", SampleKind.Gauge, tags), _time, i)], to);
        Assert.InRange(writer.CachedSeries, 1, 8 * 1024 * 1024 / (32 * 200 * 6) + 1);
    }

    [Fact]
    public void Writing_OfKnownSeries_AllocatesNothing()
    {
        JsonLineWriter writer = new();
        ArrayBufferWriter<byte> to = new(1 << 20);
        var samples = Enumerable.Range(0, 1000).Select(static i => new Sample(new($"s{i % 10}"), _time, i * 0.37)).ToArray();
        writer.Write(samples, to);
        Assert.Equal(0, Allocation.LeastOf(() =>
        {
            to.ResetWrittenCount();
            writer.Write(samples, to);
        }));
    }

    static void Agree(string format, params Sample[] samples)
    {
        byte[] bytes = Write(Make(format), samples);
        Assert.Equal(samples.Length, bytes.AsSpan().Count((byte)'\n')); // so that the end of a file's last whole line can be found
        Assert.Equal((byte)'\n', bytes[^1]);
        Assert.Equal(samples.Select(StoredSample.Of), format == "json" ? SampleLines.Json(bytes) : SampleLines.Csv([.. new CsvWriter().Header, .. bytes]));
    }

    static SampleLineWriter Make(string format) => SampleLineWriter.TryMake(format, out var writer) ? writer : throw new ArgumentException(format);

    static string Text(SampleLineWriter writer, params Sample[] samples) => Encoding.UTF8.GetString(Write(writer, samples));

    static byte[] Write(SampleLineWriter writer, Sample[] samples)
    {
        ArrayBufferWriter<byte> to = new();
        writer.Write(samples, to);
        return to.WrittenSpan.ToArray();
    }
}
