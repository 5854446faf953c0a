using MetricsKit.Tests.Collectors.Proc;
using Xunit;

namespace MetricsKit.Tests.Collectors;

public sealed class ProcessCollectorTests : IDisposable
{
    readonly RecordedMeter<ProcessMetrics> _recorded = new(static instruments => new ProcessMetrics(instruments));
    readonly MemoryHostFiles _files = new();

    public void Dispose() => _recorded.Dispose();

    [Fact]
    public void Collect_LinuxFiles_GivesThreadsMemoryStartAndDescriptors()
    {
        _files["proc/self/stat"] = Samples.SelfStat;
        _files["proc/stat"] = Samples.Stat;
        _files.Counts["proc/self/fdinfo"] = 12;

        var series = _recorded.Collect(new ProcessCollector(_recorded.Meter, _files));

        Assert.Equal(13, series["process.threads{}"]);
        Assert.Equal(350.0 * Environment.SystemPageSize, series["process.resident.memory{}"]);
        Assert.Equal(1795223772 + 822.82, series["process.start.time{}"], 6);
        Assert.Equal(11, series["process.open.fds{}"]);
        Assert.True(series["process.cpu{}"] > 0);
    }

    [Fact]
    public void Collect_ClockIsSet_KeepsTheStartOfTheProcess()
    {
        var process = new ProcessCollector(_recorded.Meter, _files);
        _files["proc/self/stat"] = Samples.SelfStat;
        _files["proc/stat"] = "btime 1000\n";
        _recorded.Collect(process);
        _files["proc/stat"] = "btime 2000\n";

        Assert.Equal(1822.82, _recorded.Collect(process)["process.start.time{}"], 6);
    }

    [Fact]
    public void Collect_NoFiles_GivesWhatTheRuntimeKnows()
    {
        var series = _recorded.Collect(new ProcessCollector(_recorded.Meter, _files));

        Assert.Equal(["process.cpu{}", "process.resident.memory{}"], series.Keys.Order());
    }

    [Fact]
    public void Collect_ThisProcess_IsPlausible()
    {
        if (!OperatingSystem.IsLinux())
            return;

        var process = new ProcessCollector(_recorded.Meter, new HostFiles());
        var first = _recorded.Collect(process);
        var second = _recorded.Collect(process);

        Assert.InRange(second["process.resident.memory{}"], 10 << 20, 100L << 30);
        Assert.InRange(second["process.threads{}"], 2, 10_000);
        Assert.InRange(second["process.open.fds{}"], 3, 100_000);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        Assert.InRange(second["process.start.time{}"], now - 86_400, now + 2);
        Assert.True(second["process.cpu{}"] >= first["process.cpu{}"]);
    }
}
