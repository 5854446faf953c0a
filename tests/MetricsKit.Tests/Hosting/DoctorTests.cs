using System.Diagnostics.Metrics;
using MetricsKit.Testing;
using MetricsKit.Tests.Collectors;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MetricsKit.Tests.Hosting;

/// <summary>What the doctor sees of a host, and what becomes of it in the log.</summary>
public sealed class DoctorTests
{
    [Fact]
    public async Task Diagnose_OfAHealthyHost_FindsNothing()
    {
        await using var kit = TestKit.Start(machine: Machine());
        var business = kit.Meter<BusinessMetrics>();
        for (int i = 0; i < 100; i++)
        {
            using var mission = business.StartMission($"type{i}");
            mission.Succeed();
        }
        await kit.ScrapeAsync();
        using Meter internals = new("Private.InternalDiagnostics.Doctor"), extensions = new("Microsoft.Extensions.Doctor");
        internals.CreateCounter<long>("x");
        extensions.CreateCounter<long>("x");
        Assert.DoesNotContain(DoctorOf(kit).Diagnose(), static f => f.Code != "meter-not-selected"); // other tests have meters in this process
        Assert.DoesNotContain(DoctorOf(kit).Read().UnselectedMeters, static m => m.Split('.')[0] is "MetricsKit" or "System" or "Private" || m == "Microsoft.Extensions.Doctor");
    }

    [Fact]
    public async Task Diagnose_OfAnUnselectedMeter_NamesItUntilItIsSelectedOrGone()
    {
        Meter meter = new("Acme.Doctor.Unselected");
        meter.CreateCounter<long>("doctor.one");
        meter.CreateCounter<long>("doctor.two");
        await using var kit = TestKit.Start(machine: Machine());
        Assert.Single(DoctorOf(kit).Read().UnselectedMeters, "Acme.Doctor.Unselected");
        await using (var other = TestKit.Start(static o => o.Meters.Add("acme.doctor.*"), machine: Machine())) Assert.DoesNotContain("Acme.Doctor.Unselected", DoctorOf(other).Read().UnselectedMeters);
        Assert.False(meter.CreateCounter<long>("doctor.three").Enabled); // nobody began to listen for it
        meter.Dispose();
        Assert.DoesNotContain("Acme.Doctor.Unselected", DoctorOf(kit).Read().UnselectedMeters);
    }

    [Fact]
    public async Task Diagnose_OfAnotherHostsMeters_LeavesThemToIt()
    {
        await using var kit = TestKit.Start(machine: Machine());
        await using var other = TestKit.Start(machine: Machine());
        other.Services.GetRequiredService<IMeterFactory>().Create("Acme.Doctor.Scoped").CreateCounter<long>("x");
        Assert.DoesNotContain("Acme.Doctor.Scoped", DoctorOf(kit).Read().UnselectedMeters);
        Assert.Contains("Acme.Doctor.Scoped", DoctorOf(other).Read().UnselectedMeters);
        Assert.DoesNotContain("Acme.Doctor.Scoped", DoctorOf(kit).Read().StrangersMeters);
    }

    [Fact]
    public async Task Diagnose_OfASelectedMeterOfAnotherHost_SaysWhoseItIsUntilThereIsOneOfItsOwn()
    {
        await using var kit = TestKit.Start(static o => { o.Meters.Add("Acme.Doctor.Elsewhere"); o.Meters.Add("MetricsKit.*"); }, machine: Machine());
        await using var other = TestKit.Start(machine: Machine());
        other.Services.GetRequiredService<IMeterFactory>().Create("Acme.Doctor.Elsewhere").CreateCounter<long>("x");
        Assert.Equal(["Acme.Doctor.Elsewhere"], DoctorOf(kit).Read().StrangersMeters);
        Assert.DoesNotContain("Acme.Doctor.Elsewhere", DoctorOf(kit).Read().UnselectedMeters);
        kit.Services.GetRequiredService<IMeterFactory>().Create("Acme.Doctor.Elsewhere").CreateCounter<long>("x");
        Assert.Empty(DoctorOf(kit).Read().StrangersMeters);
    }

    [Fact]
    public async Task Chart_OfAHistogram_HasWhereItsMeasurementsAreAndWhereTagsAreLeftOut()
    {
        using Meter meter = new("Acme.Doctor.Chart");
        await using var kit = TestKit.Start(
            static o => { o.Meters.Add("Acme.Doctor.Chart"); o.Instruments["charted.*"] = new() { DropTagKeys = ["a", "b"] }; }, machine: Machine());
        var work = meter.CreateHistogram("charted.work", "s", null, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0, 5, 10] });
        for (int i = 0; i < 30; i++) work.Record(i % 10 == 0 ? 0 : i < 15 ? 1 : i < 20 ? 7 : 60, new KeyValuePair<string, object?>("n", i));
        meter.CreateCounter<long>("other").Add(1);
        var charted = DoctorOf(kit).Read().Instruments;
        var found = Assert.Single(charted, static i => i.Name == "charted.work");
        Assert.Equal(new ChartedBuckets(First: 13 + 3, Past: 9, All: 30), found.Measured);
        Assert.Equal(("charted.*", 2), found.Drops);
        Assert.Equal(("other", 0), Assert.Single(charted, static i => i.Name == "other").Drops);
    }

    [Fact]
    public async Task Diagnose_OfMistakes_FindsEach()
    {
        using Meter meter = new("Acme.Doctor.Mistakes");
        await using var kit = TestKit.Start(
            static o => { o.Meters.Add("Acme.Doctor.Mistakes"); o.Instruments["doctor.folds"] = new() { MaxSeries = 8 }; o.Instruments["doctor.nothing*"] = new() { MaxSeries = 8 }; },
            static b => b.Services.AddSingleton(new CollectorRegistration("broken", null, static _ => new Broken())),
            TestKit.Configuration(("Colour", "red")), machine: new MemoryHostFiles());
        meter.CreateHistogram("doctor.wait", "s", null, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0, 5, 10, 25, 50, 75, 100, 250] }).Record(1);
        var logins = meter.CreateCounter<long>("doctor.logins");
        logins.Add(1, new KeyValuePair<string, object?>("user.id", "u1"));
        meter.CreateUpDownCounter<long>("doctor.logins").Add(1);
        var folds = meter.CreateCounter<long>("doctor.folds");
        for (int i = 0; i < 20; i++) folds.Add(1, new KeyValuePair<string, object?>("path", $"/{i}"));
        await kit.ScrapeAsync();

        var found = DoctorOf(kit).Diagnose().Select(static f => (f.Code, f.Subject)).ToHashSet();
        Assert.Superset(
            new HashSet<(string, string)>
            {
                ("bounds-too-wide", "doctor.wait"), ("identifier-as-tag", "doctor.logins user.id"), ("series-limit", "doctor.folds"), ("name-conflict", "doctor.logins"),
                ("callback-failed", "broken"), ("host-file-unreadable", "/proc/stat"), ("unknown-key", "MetricsKit:Colour"), ("pattern-unmatched", "doctor.nothing*"),
            },
            found);
    }

    [Fact]
    public async Task Diagnose_OfASwitchedOffHost_IsSilent()
    {
        await using var kit = TestKit.Start(static o => o.Enabled = false, machine: new MemoryHostFiles());
        Assert.Empty(DoctorOf(kit).Diagnose());
    }

    [Fact]
    public async Task Diagnose_OfAHostWithoutAContainer_IsTheSame()
    {
        await using var kit = MetricsKitHost.Create(static b => b.Services.AddSingleton<IHostFiles>(new MemoryHostFiles()));
        Assert.Contains(kit.Diagnose(), static f => f.Code == "host-file-unreadable" && f.Subject == "/proc/meminfo");
    }

    [Fact]
    public async Task Rounds_AfterTheStart_LogEachFindingOnceAndWhatComesLateToo()
    {
        LogLines lines = new();
        FakeTimeProvider time = new();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(lines);
        builder.Services.AddMetricsKit(static o => { o.Instruments["doctor.unborn*"] = new() { MaxSeries = 8 }; o.Meters.Add("Acme.Doctor.Rounds"); });
        builder.Services.AddSingleton<IHostFiles>(Machine());
        builder.Services.AddSingleton<TimeProvider>(time);
        // Names that come first, since many meters of other tests are named with them.
        using Meter early = new("!Doctor.Early");
        early.CreateCounter<long>("x");
        using var host = builder.Build();
        await host.StartAsync();
        Assert.False(Says("!Doctor.Early"));
        time.Advance(DoctorRounds.First);
        await Eventually.BecomesAsync(() => Says("!Doctor.Early"), Patience, "the first round has reported");
        Assert.False(Says("doctor.unborn*")); // it may still come

        using Meter late = new("!Doctor.Late");
        late.CreateCounter<long>("x");
        time.Advance(DoctorRounds.Second - DoctorRounds.First);
        await Eventually.BecomesAsync(() => Says("!Doctor.Late"), Patience, "the second round has reported");
        await Eventually.BecomesAsync(() => Says("doctor.unborn*"), Patience, "the second round has reported patterns");
        Assert.Single(lines.All, static l => l.Contains("!Doctor.Early", StringComparison.Ordinal));
        await host.StopAsync();

        bool Says(string name) => lines.All.Any(l => l.Contains(name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rounds_OfWhatIsReportedWhenItHappens_SayNothing()
    {
        LogLines lines = new();
        FakeTimeProvider time = new();
        await using var kit = TestKit.Start(add: b => b.Services.AddLogging(l => l.AddProvider(lines)), configuration: TestKit.Configuration(("Colour", "red")), time: time, machine: Machine());
        var rounds = kit.Services.GetRequiredService<DoctorRounds>();
        rounds.Begin();
        rounds.Begin(); // again does nothing
        time.Advance(DoctorRounds.First);
        time.Advance(DoctorRounds.Second);
        Assert.Single(lines.All, static l => l.Contains("MetricsKit:Colour", StringComparison.Ordinal));
    }

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    static MetricsKitDoctor DoctorOf(TestKit kit) => kit.Services.GetRequiredService<MetricsKitDoctor>();

    /// <summary>A machine whose files are all there.</summary>
    static MemoryHostFiles Machine()
    {
        MemoryHostFiles machine = new();
        foreach (string file in new[] { "stat", "meminfo", "self/mountinfo", "net/dev", "loadavg", "self/stat" }) machine[$"proc/{file}"] = "";
        return machine;
    }

    sealed class Broken : ICollector
    {
        public void Collect() => throw new InvalidOperationException("Broken.");
    }
}
