using Xunit;

namespace MetricsKit.Tests.Hosting;

/// <summary>What is wrong with the section <c>MetricsKit:Instruments</c>: a sentence each, with the cure.</summary>
public sealed class ViewFaultTests
{
    [Theory]
    [InlineData("missions:Name=Orders Handled", "MetricsKit:Instruments:missions:Name is 'Orders Handled': it begins with a lower-case letter")]
    [InlineData("missions:Name=", "MetricsKit:Instruments:missions:Name is ''")]
    [InlineData("missions:Name=9.lives", "MetricsKit:Instruments:missions:Name is '9.lives'")]
    [InlineData("mission*:Name=a.b", "MetricsKit:Instruments:mission*:Name is for one instrument, and this is ")]
    [InlineData("http.requests:TagKeys:0=kind", "MetricsKit:Instruments:http.requests:TagKeys has 'kind', which is no tag of 'http.requests': it has method, endpoint, status_code.")]
    [InlineData("missions:DropTagKeys:0=kind", "MetricsKit:Instruments:missions:DropTagKeys has 'kind', which is no tag")]
    [InlineData("missions:Values:kind:a=b", "MetricsKit:Instruments:missions:Values has 'kind', which is no tag")]
    [InlineData("cache.size:TagKeys:0= ", "MetricsKit:Instruments:cache.size:TagKeys has an empty entry: remove it.")]
    [InlineData("cache.size:DropTagKeys:0= ", "MetricsKit:Instruments:cache.size:DropTagKeys has an empty entry: remove it.")]
    [InlineData("cache.size:TagKeys:0=cache.type;cache.size:DropTagKeys:0=CACHE_TYPE", "MetricsKit:Instruments:cache.size keeps the tag 'CACHE_TYPE' and drops it: remove it from TagKeys or from DropTagKeys.")]
    [InlineData("cache.size:DropTagKeys:0=cache_type;cache.size:Values:cache.type:a=b", "MetricsKit:Instruments:cache.size:Values:cache.type replaces texts of a tag that TagKeys or DropTagKeys leaves out: remove one of the two.")]
    [InlineData("cache.size:Meter=", "MetricsKit:Instruments:cache.size:Meter is empty: write the name of a meter, or remove it.")]
    [InlineData("cache.size:Meter=Npgsql", "MetricsKit:Instruments:cache.size is no instrument of this host in a meter 'Npgsql': correct it, or select the meter that has it under MetricsKit:Meters.")]
    [InlineData("http.client.*:Enabled=false", "MetricsKit:Instruments:http.client.* is no instrument of this host: correct it, or select")]
    [InlineData("metricskit.scrapes:Enabled=false", "MetricsKit:Instruments:metricskit.scrapes belongs to the kit itself, whose instruments stay as they are: remove it.")]
    [InlineData("api.response.time:TagKeys:0=method", "MetricsKit:Instruments:api.response.time: the tags of 'api.response.time' cannot be changed, since it shows what 'http.request.duration' measures: change them there.")]
    [InlineData("cache.lookups:TagKeys:0=cache_type", "MetricsKit:Instruments changes the tag 'result' of 'cache.lookups', from which 'cache.hit.rate' is computed: leave it as it is, or switch 'cache.hit.rate' off.")]
    [InlineData("*:DropTagKeys:0=result", "MetricsKit:Instruments changes the tag 'result' of 'cache.lookups'")]
    [InlineData("missions:Values:status:completed=done", "MetricsKit:Instruments changes the tag 'status' of 'missions', from which 'mission.success.rate' is computed")]
    [InlineData("missions:TimeToLive=00:01:00", "MetricsKit:Instruments:missions:TimeToLive cannot be set, since 'mission.success.rate' is computed from the totals")]
    [InlineData("cpu*:TimeToLive=00:01:00", "MetricsKit:Instruments:cpu*:TimeToLive cannot be set, since a collector decides")]
    [InlineData("*:TimeToLive=00:00:00", "MetricsKit:Instruments:*:TimeToLive is 00:00:00: it must be more than zero")]
    [InlineData("cache.*:Bounds:0=1", "MetricsKit:Instruments:cache.*:Bounds: 'cache.lookups' has no bounds of its own.")]
    [InlineData("*:Bounds:0=2;*:Bounds:1=1", "MetricsKit:Instruments:*:Bounds must increase.")]
    [InlineData("cache.size:TagKeys=cache_type", "MetricsKit:Instruments:cache.size:TagKeys is a list: write MetricsKit:Instruments:cache.size:TagKeys:0")]
    [InlineData("cache.size:Values:cache_type=a", "MetricsKit:Instruments:cache.size:Values:cache_type has a value, but is a section: set its keys instead.")]
    [InlineData("cache.size:Values:cache_type:a:b=c", "MetricsKit:Instruments:cache.size:Values:cache_type:a must be a text.")]
    public void Fault_OfOneSetting_SaysTheCure(string settings, string begins)
    {
        var faults = FaultsOf(settings);
        string fault = Assert.Single(faults);
        Assert.StartsWith(begins, fault, StringComparison.Ordinal);
        Assert.EndsWith(".", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cache.lookups:TagKeys:0=cache_type;cache.hit.rate:Enabled=false")]
    [InlineData("cache.hit.rate:TagKeys=")]
    [InlineData("*:DropTagKeys:0=no.such.tag")]
    [InlineData("*:TimeToLive=00:01:00;*:Bounds:0=1;*:MaxSeries=10;*:Enabled=true")]
    [InlineData("Cache_*:Values:cache_type:a=b;Cache_*:Values:cache_type:b=a")]
    [InlineData("cache_si*:Name=cache.weight")]
    public void Faults_OfWhatCanBeMeant_AreNone(string settings) => Assert.Empty(FaultsOf(settings));

    [Fact]
    public void Values_TooLong_AreAFaultAndNotCut()
    {
        var faults = TestKit.Faults(static o => o.Instruments["cache.size"] = new() { Values = { ["cache_type"] = new Dictionary<string, string> { ["a"] = new('x', 257) } } });
        Assert.Equal(["MetricsKit:Instruments:cache.size:Values:cache_type:a: both texts must be there, and have at most 256 characters."], faults);
    }

    [Fact]
    public void Values_OfNothing_AreAFault()
    {
        var faults = TestKit.Faults(static o => o.Instruments["cache.size"] = new() { Values = { ["cache_type"] = new Dictionary<string, string>() } });
        Assert.Equal(["MetricsKit:Instruments:cache.size:Values:cache_type is empty: write MetricsKit:Instruments:cache.size:Values:cache_type:<text> = <other text>."], faults);
    }

    [Fact]
    public void UnknownInstrument_WhereMetersAreSelected_MayBeOneOfTheirs() =>
        Assert.Empty(TestKit.Faults(static o => o.Meters.Add("Npgsql"), TestKit.Configuration(("Instruments:db.client.operation.duration:TagKeys:0", "db.system"), ("Instruments:db.client.connection.count:Name", "database.connections"))));

    [Theory]
    [InlineData("http.requests:TagKeys:0=typo", "MetricsKit:Instruments:http.requests:TagKeys has 'typo', which is no tag of 'http.requests'")]
    [InlineData("http.requests:Bounds:0=1", "MetricsKit:Instruments:http.requests:Bounds: 'http.requests' has no bounds of its own.")]
    [InlineData("missions:TimeToLive=00:01:00", "MetricsKit:Instruments:missions:TimeToLive cannot be set, since 'mission.success.rate' is computed from the totals")]
    [InlineData("db.*:Name=database.calls", "MetricsKit:Instruments:db.*:Name is for one instrument, and the pattern may match many, of which all but one would be missing: write a name without '*'.")]
    public void Fault_WhereMetersAreSelected_IsFoundAsWell(string settings, string begins) =>
        Assert.StartsWith(begins, Assert.Single(FaultsOf(settings + ";../Meters:0=Shop")), StringComparison.Ordinal);

    [Theory]
    [InlineData("http.*:Bounds:0=1")] // may mean a histogram of the selected meters
    [InlineData("cpu*:TimeToLive=00:01:00")]
    [InlineData("http.requests:Meter=Shop;http.requests:TagKeys:0=typo")]
    public void Settings_ThatMayMeanASelectedMeter_AreNoFault(string settings) => Assert.Empty(FaultsOf(settings + ";../Meters:0=Shop"));

    [Fact]
    public void UnknownKey_OfAnInstrument_IsNamed()
    {
        using var services = TestKit.Start(configuration: TestKit.Configuration(("Instruments:cache.size:TagKey:0", "x"), ("Instruments:cache.size:Values:cache_type:a", "b"))).Services;
        Assert.Equal(["MetricsKit:Instruments:cache.size:TagKey"], ((MetricsKitConfiguration)services.GetService(typeof(MetricsKitConfiguration))!).UnknownKeys);
    }

    static IReadOnlyList<string> FaultsOf(string settings) =>
        TestKit.Faults(configuration: TestKit.Configuration([.. settings.Split(';').Select(static s => (("Instruments:" + s.Split('=', 2)[0]).Replace("Instruments:../", "", StringComparison.Ordinal), s.Split('=', 2)[1]))]));
}
