using MetricsKit.Tests.Collectors;
using MetricsKit.Tests.Collectors.Proc;

namespace MetricsKit.Tests.Otlp;

/// <summary>Any work for the predefined meters, the same for the same seed, on a made-up machine.</summary>
static class FleetWork
{
    static readonly string[] Words = ["door", "laser", "", "räder/中", "a,b=\"c\"\n", "robot\ud800", new('x', 400)];

    public static MemoryHostFiles Machine()
    {
        MemoryHostFiles machine = new();
        machine["proc/stat"] = "cpu  1 1 1 1 1 1 1 1 0 0\ncpu0 100 100 100 100 100 100 100 100\nbtime 1\n";
        machine["proc/meminfo"] = Samples.MemInfo;
        machine["proc/self/mountinfo"] = Samples.MountInfo;
        machine["proc/net/dev"] = Samples.NetDev;
        machine["proc/loadavg"] = Samples.LoadAvg;
        machine.Disks["/"] = new DiskSpace(Total: 1000, Free: 700, Available: 600);
        return machine;
    }

    public static void Do(TestKit kit, Random random, int times)
    {
        var application = kit.Meter<ApplicationMetrics>();
        var business = kit.Meter<BusinessMetrics>();
        var safety = kit.Meter<SafetyMetrics>();
        var performance = kit.Meter<PerformanceMetrics>();
        for (int i = 0; i < times; i++)
        {
            string word = Words[random.Next(Words.Length)], other = Words[random.Next(Words.Length)];
            var elapsed = TimeSpan.FromSeconds(Math.Pow(10, random.Next(-7, 4)) * random.NextDouble());
            application.RequestCompleted("GET", word, other);
            application.RequestTimed(other, word, elapsed);
            var socket = application.StartWebSocket(word);
            if (random.Next(2) == 0) socket.Dispose();
            application.MissionQueueChanged((MissionPriority)random.Next(4), random.Next());
            business.MissionCompleted(word, (MissionStatus)random.Next(4), elapsed);
            business.TelemetryReceived(word, other, random.NextInt64(1L << 40));
            business.TelemetryDelayed(other, elapsed);
            business.ConfigChanged(word);
            safety.EventOccurred(word, (Severity)random.Next(4));
            safety.UnresolvedChanged(other, (Severity)random.Next(4), random.Next());
            safety.Responded(word, elapsed);
            performance.QueryExecuted(word, other, elapsed);
            performance.PoolResized(random.Next());
            performance.CacheHit(word);
            performance.CacheMissed(other);
            performance.CacheResized(word, random.NextInt64());
        }
    }
}
