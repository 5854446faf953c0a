using System.Diagnostics;
using static MetricsKit.Benchmarks.Rivals;

namespace MetricsKit.Benchmarks;

/// <summary>What exemplars add to a call: switched off, and switched on in a thread without an activity, in one that nobody records and in a recorded one.</summary>
static class Exemplars
{
    const string On = ", exemplars on", NoActivity = On + ", no activity", Unrecorded = On + ", activity not recorded", Recorded = On + ", recorded activity";

    static readonly string[] _states = [NoActivity, Unrecorded, Recorded];

    static readonly (string Kind, string[] Rivals, string SdkKind)[] _own =
    [
        Row("counter, handle", Kit),
        Row("counter, two tags", Kit),
        Row("histogram, handle", Kit),
        Row("histogram, two tags", Kit),
    ];

    static readonly (string Kind, string[] Rivals, string SdkKind)[] _ordinary =
    [
        Row("counter, two tags", KitForeign, OtelSdk),
        Row("histogram, two tags", KitForeign, OtelSdk),
    ];

    internal static string Report() => Contention.Report("Exemplars: what they add to a call", "The first row of each call is with exemplars off. The SDK's filter is `TraceBased`. One activity is current all the time, so at most one exemplar a second is made for each bucket; the SDK keeps one for each measurement that comes to its reservoir.",
        ("The kit's own instruments", _own), ("Ordinary instruments", _ordinary));

    /// <summary>Whether a rival's name is one of this report's.</summary>
    internal static bool IsAbout(string rival) => rival.Contains(On, StringComparison.Ordinal);

    internal static Action<int, int> Work(string kind, string rival)
    {
        // Threads that are started later begin with it.
        if (!rival.EndsWith(NoActivity, StringComparison.Ordinal))
            new Activity("measured") { ActivityTraceFlags = rival.EndsWith(Recorded, StringComparison.Ordinal) ? ActivityTraceFlags.Recorded : ActivityTraceFlags.None }.Start();
        return rival.StartsWith(OtelSdk, StringComparison.Ordinal) ? Benchmarks.Work.OfOrdinary(kind, OrdinaryInstruments.HeardBySdkWithExemplars())
            : rival.StartsWith(KitForeign, StringComparison.Ordinal) ? Benchmarks.Work.OfOrdinary(kind, OrdinaryInstruments.HeardByKit(static o => o.Exemplars = true))
            : Benchmarks.Work.OfKit(kind, BenchmarkMeter.Configured(static o => o.Exemplars = true));
    }

    static (string Kind, string[] Rivals, string SdkKind) Row(string kind, params string[] rivals) => (kind, [.. rivals.SelectMany(static r => _states.Select(s => r + s).Prepend(r))], "");
}
