using Microsoft.Extensions.DependencyInjection;
using static MetricsKit.Benchmarks.Calls;
using static MetricsKit.Benchmarks.Rivals;

namespace MetricsKit.Benchmarks;

/// <summary>The loops that are measured: from a number to a number, each number one call.</summary>
static class Work
{
    /// <summary>Calls after which a label set has a series even of those that are kept back.</summary>
    const int OftenEnough = 16;

    const int Mask = BenchmarkMeter.Pairs - 1;

    internal static Action<int, int> Of(string kind, string rival) => rival switch
    {
        Nobody => OfNobody(),
        HandWritten => ByHand(kind),
        KitStriped => OfKit(kind, BenchmarkMeter.Start(static limits => limits.MaxThreads = 0)),
        KitFull => WithoutBytes(kind),
        KitHeard => OfKit(kind, Listened(BenchmarkMeter.Start())),
        Kit => OfKit(kind, BenchmarkMeter.Start()),
        Unheard => OfOrdinary(kind, OrdinaryInstruments.Unheard()),
        Heard => OfOrdinary(kind, Listened(OrdinaryInstruments.Heard("Rival.Heard"), "Rival.Heard")),
        KitForeign => OfOrdinary(kind, OrdinaryInstruments.HeardByKit()),
        KitForeignOff => OfOrdinary(kind, OrdinaryInstruments.HeardByKit(static o => o.Instruments["*"] = new() { Enabled = false })),
        OtelSdk => OfOrdinary(kind, OrdinaryInstruments.HeardBySdk()),
        KitOtlp => OfKit(kind, Exported()),
        KitOneSdkReader => OfKit(kind, ReadBySdk(1)),
        KitTwoSdkReaders => OfKit(kind, ReadBySdk(2)),
        _ when Exemplars.IsAbout(rival) => Exemplars.Work(kind, rival),
        _ => throw Unknown(rival),
    };

    static Action<int, int> OfNobody()
    {
        object series = new();
        return (i, end) => { for (; i < end; i++) Nothing(series, 1); };
    }

    static Action<int, int> ByHand(string kind)
    {
        HandWrittenSeries series = new(7, OrdinaryInstruments.Unheard().Tagged);
        return kind switch
        {
            "thread looked up" => (i, end) => { for (; i < end; i++) LookUp(series, 1); },
            "handle" => (i, end) => { for (; i < end; i++) Add(series, 1); },
            "handle that asks who listens" => (i, end) => { for (; i < end; i++) AddAndAsk(series, 1); },
            _ => throw Unknown(kind),
        };
    }

    internal static Action<int, int> OfKit(string kind, BenchmarkMeter meter)
    {
        var counter = meter.Tagged.Bind("door", "north");
        var histogram = meter.Durations.Bind("door", "north");
        var gauge = meter.Level.Bind("door", "north");
        var (tagged, closed, limited, flooded, durations) = (meter.Tagged, meter.Closed, meter.Limited, meter.Flooded, meter.Durations);
        string otherType = Inputs.Copy("door"), otherZone = Inputs.Copy("north");
        string[] types = Inputs.Texts("type-"), zones = Inputs.Texts("zone-");
        int[] random = Inputs.PairNumbers();
        var values = Inputs.Values();
        Add(tagged, "door", "north");
        foreach (string resident in Inputs.Texts("resident-"))
        {
            for (int i = 0; i < OftenEnough; i++) Add(limited, resident, resident);
            Add(flooded, resident, resident);
        }
        return kind switch
        {
            "counter, handle in a loop" => (i, end) => { for (var local = counter; i < end; i++) local.Add(1); },
            "counter, handle" => (i, end) => { for (; i < end; i++) Add(counter, 1); },
            "counter, two tags" => (i, end) => { for (; i < end; i++) Add(tagged, "door", "north"); },
            "counter, 64 pairs in turn" => (i, end) => { for (; i < end; i++) Add(tagged, types[i & Mask], zones[i & Mask]); },
            "counter, 64 pairs at random" => (i, end) => { for (; i < end; i++) { int pair = random[i & Inputs.Mask]; Add(tagged, types[pair], zones[pair]); } },
            "counter, equal text in other objects" => (i, end) => { for (; i < end; i++) Add(tagged, otherType, otherZone); },
            "counter, past the limit" => (i, end) => { for (; i < end; i++) Add(limited, types[i & Mask], zones[i & Mask]); },
            "counter, flood past the limit" => Flood((stranger, zone) => Add(flooded, stranger, zone)),
            "counter, tag and enum" => (i, end) => { for (; i < end; i++) Add(closed, "door", Severity.Warning); },
            "histogram, handle" => (i, end) => { for (; i < end; i++) Record(histogram, values[i & Inputs.Mask]); },
            "histogram, two tags" => (i, end) => { for (; i < end; i++) Record(durations, values[i & Inputs.Mask]); },
            "gauge, handle" => (i, end) => { for (; i < end; i++) Set(gauge, i); },
            _ => throw Unknown(kind),
        };
    }

    internal static Action<int, int> OfOrdinary(string kind, OrdinaryInstruments rival)
    {
        string otherType = Inputs.Copy("door"), otherZone = Inputs.Copy("north");
        string[] types = Inputs.Texts("type-"), zones = Inputs.Texts("zone-");
        int[] random = Inputs.PairNumbers();
        var values = Inputs.Values();
        object status = 200; // boxed once, as ASP.NET Core does
        Add(rival, "door", "north");
        foreach (string text in Inputs.Texts("resident-", OrdinaryInstruments.SdkLimit)) AddLimited(rival, text, text);
        return kind switch
        {
            "counter, no tags" => (i, end) => { for (; i < end; i++) Add(rival); },
            "histogram, five tags" => (i, end) => { for (; i < end; i++) RecordFive(rival, values[i & Inputs.Mask], status); },
            "counter, handle in a loop" => (i, end) => { for (; i < end; i++) rival.Tagged.Add(1, OrdinaryInstruments.Type("door"), OrdinaryInstruments.Zone("north")); },
            "counter, two tags" => (i, end) => { for (; i < end; i++) Add(rival, "door", "north"); },
            "counter, 900 pairs at random" => OfMany(rival),
            "counter, 64 pairs in turn" => (i, end) => { for (; i < end; i++) Add(rival, types[i & Mask], zones[i & Mask]); },
            "counter, 64 pairs at random" => (i, end) => { for (; i < end; i++) { int pair = random[i & Inputs.Mask]; Add(rival, types[pair], zones[pair]); } },
            "counter, equal text in other objects" => (i, end) => { for (; i < end; i++) Add(rival, otherType, otherZone); },
            "counter, past the limit" => (i, end) => { for (; i < end; i++) AddLimited(rival, types[i & Mask], zones[i & Mask]); },
            "counter, flood past the limit" => Flood((stranger, zone) => AddLimited(rival, stranger, zone)),
            "histogram, handle" or "histogram, two tags" => (i, end) => { for (; i < end; i++) Record(rival, values[i & Inputs.Mask]); },
            "gauge, handle" => (i, end) => { for (; i < end; i++) Set(rival, i); },
            _ => throw Unknown(kind),
        };
    }

    /// <summary>So many different texts that none comes again before it is forgotten: wherever a caller begins, it goes on where the last one stopped. Both rivals are called by way of the same delegate.</summary>
    static Action<int, int> Flood(Action<string, string> call)
    {
        string[] strangers = Inputs.Texts("stranger-", Inputs.Count);
        int next = 0;
        return (i, end) =>
        {
            int last = Interlocked.Add(ref next, end - i);
            for (int at = last - (end - i); at < last; at++) call(strangers[at & Inputs.Mask], "zone");
        };
    }

    /// <summary>Nearly as many series as an instrument may have by default.</summary>
    static Action<int, int> OfMany(OrdinaryInstruments rival)
    {
        const int Many = 900;
        Random random = new(3);
        string[] types = Inputs.Texts("type-", Many), zones = Inputs.Texts("zone-", Many);
        int[] order = [.. Enumerable.Range(0, Inputs.Count).Select(_ => random.Next(Many))];
        // The last of them get their series when they have come a few times.
        for (int round = 0; round < 20; round++)
        {
            for (int i = 0; i < Many; i++) Add(rival, types[i], zones[i]);
        }
        return (i, end) => { for (; i < end; i++) { int pair = order[i & Inputs.Mask]; Add(rival, types[pair], zones[pair]); } };
    }

    /// <summary>Another host takes all bytes that cells may have, so that threads own a store in which no cell fits.</summary>
    static Action<int, int> WithoutBytes(string kind)
    {
        const int Least = 1 << 20; // the least that the limit may be set to
        var work = OfKit(kind, BenchmarkMeter.Start(static limits => limits.MaxCellBytes = Least));
        var host = MetricsKitHost.Create(static kit => kit.AddMeter<ScrapeMeter>().Services.Configure<MetricsKitOptions>(static o => o.Limits.MaxCellBytes = Least));
        host.GetMeter<ScrapeMeter>().RecordAll("histograms", ScrapeMeter.Endpoints("histograms"));
        return work;
    }

    /// <summary>Ten exports a second, which is many times what anybody asks for, to a server that takes them.</summary>
    static BenchmarkMeter Exported()
    {
        OtlpSink sink = new(); // ends with this process, whose end closes its input
        return MetricsKitHost.Create(kit => kit.AddMeter<BenchmarkMeter>().AddOtlpExporter(o => (o.Endpoint, o.Interval) = (sink.Http, TimeSpan.FromMilliseconds(100)))).GetMeter<BenchmarkMeter>();
    }

    /// <summary>Readers that export to nobody, as one and two exporters of the SDK have them.</summary>
    static BenchmarkMeter ReadBySdk(int readers)
    {
        OrdinaryInstruments.ReadBySdk("Benchmark", readers);
        return BenchmarkMeter.Start();
    }

    static T Listened<T>(T instruments, string meter = "Benchmark")
    {
        ForeignListener.Attach(meter);
        return instruments;
    }

    static ArgumentException Unknown(string name) => new($"There is no case '{name}'.");
}
