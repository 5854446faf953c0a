namespace MetricsKit.Stress;

/// <summary>One stress program. It runs once in a process.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="Proves">One line for the help.</param>
/// <param name="Run">Fights, and writes what came of it into the ledger.</param>
sealed record Scenario(string Name, string Proves, Action<StressLedger, Effort> Run)
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("ledger", "Every kind of measurement from threads that come and go, beside readers and a host that comes and goes: nothing is lost, nothing decreases.", MixedLedger.Run),
        new("threads", "4,000 short-lived threads under forced garbage collections.", ShortThreads.RunUnderCollections),
        new("unscraped", "10,000 threads that record and die while nobody scrapes.", ShortThreads.RunUnscraped),
        new("hosts", "200 hosts that are made, used and disposed; handles that outlive them.", Hosts.Run),
        new("limits-bytes", "8 threads and more cells than MaxCellBytes has room for.", Limits.RunOutOfBytes),
        new("limits-threads", "16 threads where MaxThreads is 4.", Limits.RunOutOfThreads),
        new("limits-none", "MaxThreads is 0: everybody shares, as in a 32-bit process.", Limits.RunWithoutStores),
        new("listeners", "Foreign listeners that throw, hang, and are disposed in the middle.", Listeners.Run),
        new("observables", "Observable instruments of foreign meters that throw, are late, come and go: who is well is in every snapshot, every fault is counted.", Observables.Run),
        new("short-lived", "200 short-lived threads on 1,000 series: what they leave behind.", ShortThreads.RunOnManySeries),
        new("recycle", "Series that leave and return under fire: no write lands in another series, nothing is counted twice.", Recycling.Run),
        new("foreign", "Short-lived threads measure on ordinary instruments while the same come and go elsewhere: nothing is lost, nothing decreases.", ForeignLedger.Run),
        new("foreign-lifetimes", "Meters that are made, used and disposed of: nothing of them stays.", ForeignLifetimes.Run),
        new("scrapers", "64 scrapers of both formats, and some that read 300 bytes a second, against 10,000 series and four writers: every answer is whole and true; within the times in the long version.", Scrapers.Run),
        new("flood", "A million label values, ten in the long version, and twenty that come again: the twenty get their series, sums are exact, memory stays.", Flood.Run),
        new("influx-kills", "A real InfluxDB that is killed and started again under a steady load: every accepted sample is there.", InfluxDbKills.Run),
        new("recorder-sustained", "Four threads at a fixed rate into a sink that checks every sample: none is refused or lost.", RecorderSustained.Run),
        new("recorder-overload", "Threads that record as fast as they can, and a slow sink: every sample is accounted for, and memory stays in bounds.", RecorderOverload.Run),
        new("recorder-hung", "Sinks that hang and ignore their cancellation: they delay neither the healthy ones nor the end of the host.", RecorderHung.Run),
        new("recorder-stop", "Hosts that stop under load, by call and by SIGTERM: what was accepted is in the sink.", RecorderStop.Run),
        new("recorder-threads", "Short-lived threads, a pool that changes, idle blocks, recorders that come and go: exact, and nothing leaks.", RecorderThreads.Run),
        new("recorder-mix", "Small recorders under everything at once: no sample is lost, doubled, torn or out of order, no room is lost or made up.", RecorderMix.Run),
        new("otlp-faults", "Receivers of OTLP that are killed, hang, are slow, refuse, answer garbage, too much or half: each point is in the ledger, and what is measured is whole with the next success.", OtlpFaults.Run),
        new("delivery", "Lanes of destinations that hang, are down or are well: every item is accounted for, and none holds up another.", DeliveryLanes.Run),
        new("file-kills", "Processes that write files are killed at any moment: what they acknowledged is there, once, in whole files.", FileKills.Run),
        new("file-full", "A disk that is full, a directory that goes, a permission that is lost: the ledger stays exact, and writing goes on, within 5 s in the long version.", FullDisk.Run),
    ];
}

/// <summary>How much a run does.</summary>
/// <param name="IsLong">Whether somebody asked for the long version by name.</param>
readonly record struct Effort(bool IsLong)
{
    public int Of(int brief, int full) => IsLong ? full : brief;
}
