using System.Diagnostics.Metrics;
using MetricsKit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MetricsKit.Tests.Peers;

/// <summary>A meter as any library makes one, a kit that selects it, and the lines that a scrape shows of it.</summary>
sealed class PeerScrape : IAsyncDisposable
{
    PeerScrape(Meter meter, TestKit kit) => (Meter, Kit) = (meter, kit);

    public Meter Meter { get; }

    public TestKit Kit { get; }

    public static PeerScrape Start(Action<MetricsKitOptions>? options = null, FakeTimeProvider? time = null, MeterOptions? meter = null)
    {
        Meter made = new(meter ?? new("Peer." + Guid.NewGuid().ToString("N")));
        return new(made, TestKit.Start(
            o =>
            {
                o.Meters.Add(made.Name);
                options?.Invoke(o);
            },
            time: time));
    }

    /// <summary>Runs with a scrape of its own, so that a table of proofs has one line each.</summary>
    public static Func<Task> Run(Func<PeerScrape, Task> proof, Action<MetricsKitOptions>? options = null) => async () =>
    {
        await using var scrape = Start(options);
        await proof(scrape);
    };

    /// <summary>Measures, and compares all lines of the text, headers included but without the stand-in of a missing description.</summary>
    public static Func<Task> Text(Action<Meter> measure, params string[] expected) => Run(async scrape =>
    {
        measure(scrape.Meter);
        Assert.Equal(expected, await scrape.LinesAsync(ExpositionFormat.PrometheusText));
    });

    /// <summary>The same with OpenMetrics.</summary>
    public static Func<Task> OpenMetrics(Action<Meter> measure, params string[] expected) => Run(async scrape =>
    {
        measure(scrape.Meter);
        Assert.Equal(expected, await scrape.LinesAsync(ExpositionFormat.OpenMetrics));
    });

    /// <summary>The lines of the meter's families in the order of the scrape, which the strict parser has read in both formats.</summary>
    public async Task<string[]> LinesAsync(ExpositionFormat format)
    {
        using var snapshot = await Kit.SnapshotAsync();
        ExpositionParser.Parse(TestKit.Text(snapshot), ExpositionSyntax.Text);
        ExpositionParser.Parse(TestKit.Text(snapshot, ExpositionFormat.OpenMetrics), ExpositionSyntax.OpenMetrics);
        var names = snapshot.Families.Where(f => f.Meter == Meter.Name).SelectMany(static f => Names(f.PrometheusName)).ToHashSet();
        return [.. TestKit.Text(snapshot, format).Split('\n').Where(line => names.Contains(NameIn(line)) && !line.Contains(" Measurements of '", StringComparison.Ordinal))];
    }

    /// <summary>The lines without those that begin with a hash.</summary>
    public async Task<string[]> SamplesAsync(ExpositionFormat format = ExpositionFormat.PrometheusText) =>
        [.. (await LinesAsync(format)).Where(static line => !line.StartsWith('#'))];

    public long Count(LedgerEntry entry) => Kit.Ledger.Read(entry);

    public IReadOnlyList<NameConflict> Conflicts => Kit.Services.GetRequiredService<SnapshotBuilder>().Conflicts;

    public async ValueTask DisposeAsync()
    {
        await Kit.DisposeAsync();
        Meter.Dispose();
    }

    static string[] Names(string family)
    {
        string bare = family.EndsWith("_total", StringComparison.Ordinal) ? family[..^6] : family;
        return [family, bare, family + "_bucket", family + "_sum", family + "_count"];
    }

    static string NameIn(string line)
    {
        if (line.StartsWith("# ", StringComparison.Ordinal)) line = line[(line.IndexOf(' ', 2) + 1)..]; // behind HELP, TYPE or UNIT
        return line[..Math.Max(0, line.AsSpan().IndexOfAny(' ', '{'))];
    }
}
