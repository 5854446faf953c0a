using Xunit;

namespace MetricsKit.Tests.Sinks.InfluxDb;

public sealed class InfluxDbFaultsTests
{
    static readonly InfluxDbSinkOptions _good = new() { Url = "https://influx.example:8086/base" };

    public static TheoryData<Action<InfluxDbSinkOptions>, string> Wrong => new()
    {
        { static o => o.Url = "", "P:Url is '': it must be an absolute URL with http or https, such as http://localhost:8086." },
        { static o => o.Url = "localhost:8086", "P:Url is 'localhost:8086': it must be an absolute URL with http or https, such as http://localhost:8086." },
        { static o => o.Url = "ftp://host", "P:Url is 'ftp://host': it must be an absolute URL with http or https, such as http://localhost:8086." },
        { static o => o.Url = "http://user:secret@host", "P:Url has a user in it: set Username and Password instead." },
        { static o => o.Url = "user:secret@host", "P:Url has a user in it: set Username and Password instead." },
        { static o => o.Url = "http://host/?db=x", "P:Url has a query or a fragment: it ends with the host, the port or a path." },
        { static o => o.Database = "", "P:Database is '': give it a name such as metrics." },
        { static o => o.Database = "..", "P:Database is '..': give it a name such as metrics." },
        { static o => o.Database = "a/b", "P:Database has a slash, a backslash or a character that cannot be printed: InfluxDB has no such name." },
        { static o => o.RetentionPolicy = "a\nb", "P:RetentionPolicy has a slash, a backslash or a character that cannot be printed: InfluxDB has no such name." },
        { static o => o.Database = new('x', 256), "P:Database has 256 characters: it may have at most 255." },
        { static o => o.Retention = TimeSpan.FromMinutes(59), "P:Retention is 00:59:00: it must be at least one hour, or zero for ever." },
        { static o => o.Retention = TimeSpan.FromHours(-1), "P:Retention is -01:00:00: it must be at least one hour, or zero for ever." },
        { static o => o.Precision = "n", "P:Precision is 'n': it must be ns, u, ms or s." },
        { static o => o.Username = "a:b", "P:Username has a colon, which HTTP's basic authentication takes for its end: give the user another name." },
        { static o => o.Password = "secret", "P:Password is set and Username is not: set both or neither." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    [Trait("Requirement", "S2-024")]
    public void Options_ThatCannotWork_AreNamedWithTheCureAndWithoutSecrets(Action<InfluxDbSinkOptions> spoil, string fault)
    {
        InfluxDbSinkOptions options = new() { Url = _good.Url };
        spoil(options);
        Assert.Equal(fault, Assert.Single(InfluxDbFaults.Of(options, "P")));
    }

    [Fact]
    [Trait("Requirement", "S2-015")]
    public void Options_ThatCanWork_HaveNoFaults()
    {
        Assert.Empty(InfluxDbFaults.Of(_good, "P"));
        Assert.Empty(InfluxDbFaults.Of(new() { Url = "http://localhost:8086", Retention = TimeSpan.Zero, Precision = "s", RetentionPolicy = "größe \"x\"" }, "P"));
    }
}
