using System.Globalization;
using Xunit;

namespace MetricsKit.Tests.Hosting;

/// <summary>What the doctor makes of a chart.</summary>
public sealed class DoctorExaminationTests
{
    static readonly double[] OpenTelemetryDefault = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000];

    [Fact]
    public void Chart_OfAHealthyHost_GivesNoFindings()
    {
        Assert.Empty(DoctorExamination.Of(new()));
        Assert.Empty(DoctorExamination.Of(new()
        {
            Instruments =
            [
                Histogram("mission.duration", "s", 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200),
                Histogram("http.server.request.duration", "s", [.. InstrumentDefinition.DefaultSeconds]),
                Histogram("query.duration", "ms", OpenTelemetryDefault),
                Histogram("body.size", "By", 64, 1024, 1 << 20),
                new("robots", "1", [], [new("robot_id", 20, "r1"), new("http.route", 500, "/a"), new("valid", 900, "x"), new("identity", 900, "x")], 1000, 0),
            ],
        }));
    }

    [Fact]
    public void Meters_NotSelected_AreNamedOnceWithTheKeyToAdd()
    {
        var finding = Assert.Single(DoctorExamination.Of(new() { UnselectedMeters = ["Npgsql"] }));
        Assert.Equal(("meter-not-selected", "Npgsql"), (finding.Code, finding.Subject));
        Assert.Equal("The meter Npgsql has instruments that are not measured: add it to MetricsKit:Meters, or call AddMeter(\"Npgsql\").", finding.Advice);
    }

    [Theory]
    [InlineData(true, "0 5 10 25 50 75 100 250 500 750 1000 2500 5000 7500 10000")]
    [InlineData(true, "0 5 10 25 50 75 100 250 500 750 1000")]
    [InlineData(true, "5 10 25 50 75 100 250 500")]
    [InlineData(false, "1 10 100 1000 5000")] // batch jobs, for all that anybody knows
    [InlineData(false, "10 100 1000 3600")]
    [InlineData(false, "30 60 300 900 3600 86400")]
    [InlineData(false, "0.05 0.1 10")]
    [InlineData(false, "")]
    public void Bounds_OfSeconds_AreTakenForMillisecondsByTheirShape(bool expected, string list)
    {
        double[] bounds = [.. list.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static n => double.Parse(n, CultureInfo.InvariantCulture))];
        Assert.Equal(expected, BoundsExamination.LookLikeMilliseconds(bounds));
        var findings = DoctorExamination.Of(new() { Instruments = [Histogram("x.duration", "s", bounds), Histogram("y.duration", "ms", bounds), Histogram("z", "", bounds)] });
        if (!expected) Assert.Empty(findings);
        else Assert.Equal(("bounds-too-wide", "x.duration"), (Assert.Single(findings).Code, findings[0].Subject));
    }

    [Theory]
    [InlineData("bounds-too-wide", "s", "5 10 50 100 500 1000", 20, 0, 20)]
    [InlineData("bounds-too-wide", "seconds", "5 10 50 100 500 1000", 96, 0, 100)]
    [InlineData("bounds-too-wide", "ms", "1000 5000", 20, 0, 20)]
    [InlineData("bounds-too-narrow", "s", "0.005 0.01 10", 0, 20, 20)]
    [InlineData("bounds-too-narrow", "ms", "0.005 0.01 10", 1, 99, 100)]
    [InlineData(null, "s", "5 10 50 100 500 1000", 19, 0, 19)] // too few to judge by
    [InlineData(null, "s", "5 10 50 100 500 1000", 95, 5, 100)]
    [InlineData(null, "s", "10 100 1000 3600", 5, 5, 20)]
    [InlineData(null, "s", "0.005 0.01 10", 20, 0, 20)] // it is merely fast
    [InlineData(null, "s", "0 5 10 25 50 75 100 250 500", 5, 5, 20)] // long work: the measurements say so
    [InlineData(null, "By", "5 10 50", 20, 0, 20)]
    [InlineData(null, "", "5 10 50", 0, 20, 20)]
    public void Bounds_OfTimes_AreJudgedByMeasurementsWhereThereAreEnough(string? code, string unit, string list, long first, long past, long all)
    {
        double[] bounds = [.. list.Split(' ').Select(static n => double.Parse(n, CultureInfo.InvariantCulture))];
        var findings = DoctorExamination.Of(new() { Instruments = [Histogram("x.time", unit, bounds) with { Measured = new(first, past, all) }] });
        if (code is null) Assert.Empty(findings);
        else Assert.Equal((code, "x.time"), (Assert.Single(findings).Code, findings[0].Subject));
    }

    [Fact]
    public void Bounds_ThatTellNothing_AreSaidWithWhereTheMeasurementsAre()
    {
        var findings = DoctorExamination.Of(new()
        {
            Instruments = [Histogram("x", "s", 0, 5, 1000) with { Measured = new(99, 0, 100) }, Histogram("y_seconds", "", 0.005, 10) with { Measured = new(0, 100, 100) }],
        });
        Assert.Equal("Of 100 measurements of the histogram x 99 are in its first bucket, up to 5 s: set MetricsKit:Instruments:x:Bounds to some below 5.", findings[0].Advice);
        Assert.Equal("Of 100 measurements of the histogram y_seconds 100 are past its last bound, 10: set MetricsKit:Instruments:y_seconds:Bounds to some above 10.", findings[1].Advice);
    }

    [Fact]
    public void Tags_ToLeaveOut_TakeTheNextFreePlaces()
    {
        ChartedInstrument instrument = new("x", "1", [], [new("user.id", 2, "a"), new("route", 2, "b"), new("email", 2, "c")], 1000, 0);
        var findings = DoctorExamination.Of(new() { Instruments = [instrument, instrument with { Drops = ("x*", 3) }] });
        Assert.Equal(["x:DropTagKeys:0=user.id.", "x:DropTagKeys:1=email.", "x*:DropTagKeys:3=user.id.", "x*:DropTagKeys:4=email."], findings.Select(static f => f.Advice[(f.Advice.IndexOf("Instruments:", StringComparison.Ordinal) + 12)..]));
    }

    [Fact]
    public void Meters_OfAnotherHost_AreToldWhereToSelectThem()
    {
        var finding = Assert.Single(DoctorExamination.Of(new() { StrangersMeters = ["Microsoft.AspNetCore.Hosting"] }));
        Assert.Equal(("meter-of-another-host", "Microsoft.AspNetCore.Hosting"), (finding.Code, finding.Subject));
        Assert.Equal("The meter Microsoft.AspNetCore.Hosting is selected and belongs to another host of this process, which alone can measure it: select it there, with MetricsKit:Meters or AddMeter(\"Microsoft.AspNetCore.Hosting\").", finding.Advice);
    }

    [Fact]
    public void Bounds_OfMilliseconds_AreTakenForSecondsByTheirShape()
    {
        var findings = DoctorExamination.Of(new() { Instruments = [Histogram("x.duration", "ms", [.. InstrumentDefinition.DefaultSeconds]), Histogram("y.duration", "ms", 0.1, 0.5, 1, 5, 10)] });
        Assert.Equal(("bounds-too-narrow", "x.duration"), (Assert.Single(findings).Code, findings[0].Subject));
        Assert.Contains("(0.005, 0.01, 0.025,", findings[0].Advice, StringComparison.Ordinal);
        Assert.Contains("MetricsKit:Instruments:x.duration:Bounds", findings[0].Advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("email", 1, "a", true)]
    [InlineData("user.id", 1, "a", true)]
    [InlineData("userId", 1, "a", true)]
    [InlineData("Session_ID", 1, "a", true)]
    [InlineData("trace-id", 1, "a", true)]
    [InlineData("thing", 1, "3f2504e0-4f89-11d3-9a0c-0305e82c3301", true)]
    [InlineData("sessionid", 1, "a", true)]
    [InlineData("OrderID", 1, "a", true)]
    [InlineData("border_id", 30, "a", false)]
    [InlineData("id", 200, "a", false)]
    [InlineData("id", 201, "a", true)]
    [InlineData("disk.id", 200, "a", false)]
    [InlineData("shard_id", 200, "a", false)]
    [InlineData("thread.id", 201, "a", true)]
    [InlineData("user", 20, "a", false)]
    [InlineData("user", 21, "a", true)]
    [InlineData("enduser", 21, "a", false)]
    [InlineData("idle", 900, "a", false)]
    [InlineData("http.route", 900, "a", false)]
    public void Tags_ThatSoundLikeIdentifiers_AreFoundByNameValueAndNumber(string key, int values, string example, bool expected)
    {
        var findings = DoctorExamination.Of(new() { Instruments = [new("x", "1", [], [new(key, values, example)], 1000, 0)] });
        Assert.Equal(expected, findings.Count == 1);
        if (!expected) return;
        Assert.Equal(("identifier-as-tag", $"x {key}"), (findings[0].Code, findings[0].Subject));
        Assert.EndsWith($"leave it out with MetricsKit:Instruments:x:DropTagKeys:0={key}.", findings[0].Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_ThatWereMet_NameTheWidestTag()
    {
        var finding = Assert.Single(DoctorExamination.Of(new() { Instruments = [new("x", "1", [], [new("a", 2, "a"), new("path", 900, "p")], 1000, 5)] }));
        Assert.Equal(("series-limit", "x"), (finding.Code, finding.Subject));
        Assert.StartsWith("The instrument x met its limit of 1000 series or the host's, most of them by the tag path, and 5 measurements were folded:", finding.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Conflicts_AreToldWithTheirCure()
    {
        NameConflict conflict = new("x", "m", "x_total", "y", "n", ConflictReason.Name, "", "Rename it.");
        Assert.Equal([new Finding("name-conflict", "x", conflict.Text)], DoctorExamination.Of(new() { Conflicts = [conflict] }));
    }

    [Fact]
    public void Callbacks_ThatThrowOrHang_AreToldApart()
    {
        var findings = DoctorExamination.Of(new() { Callbacks = [new("slow", 0, 3, true), new("broken", 2, 0, false), new("was slow", 0, 1, false)] });
        Assert.Equal([("callback-hung", "slow"), ("callback-failed", "broken"), ("callback-hung", "was slow")], findings.Select(static f => (f.Code, f.Subject)));
        Assert.Contains("3 times so far, and its series are absent until it returns", findings[0].Advice, StringComparison.Ordinal);
        Assert.Contains("it works again", findings[2].Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void FilesKeysAndPatterns_AreTold() => Assert.Equal(
        [("host-file-unreadable", "/host/proc/stat"), ("unknown-key", "MetricsKit:Colour"), ("pattern-unmatched", "orders.*")],
        DoctorExamination.Of(new() { UnreadableFiles = [("/host/proc/stat", "the metrics of the processor")], UnknownKeys = ["MetricsKit:Colour"], UnmatchedPatterns = ["orders.*"] })
            .Select(static f => (f.Code, f.Subject)));

    [Fact]
    public void Findings_OfOneKind_AreFewAndSayHowManyThereAreBesides()
    {
        var findings = DoctorExamination.Of(new() { UnselectedMeters = [.. Enumerable.Range(0, 100).Select(static n => $"M{n:000}")], UnknownKeys = ["MetricsKit:Colour"] });
        Assert.Equal(DoctorExamination.Most + 2, findings.Count);
        Assert.Equal("M000", findings[0].Subject);
        Assert.Equal(new Finding("meter-not-selected", "*", "80 more meters are not selected either: mend these first."), findings[DoctorExamination.Most]);
    }

    static ChartedInstrument Histogram(string name, string unit, params double[] bounds) => new(name, unit, [.. bounds], [], 1000, 0);
}
