using System.Collections.Concurrent;
using System.Globalization;

namespace MetricsKit.AcceptanceTests.Quickstart;

/// <summary>A quick start without traffic of its own, to which a known number of requests with known outcomes was sent at an even pace.</summary>
public sealed class DrivenQuickstart : ScrapedQuickstart
{
    public const string Missions = "/missions/{type}", Maps = "/maps/{zone}";

    // An increase is taken from the first sample on, so series must exist before. The prelude also lasts longer than a scrape
    // interval: after less, Prometheus would assume that the counters began at zero within the window, each at another time.
    const int PreludeTicks = 30;
    const int Ticks = 250;

    static readonly TimeSpan _pace = TimeSpan.FromMilliseconds(100);
    static readonly TimeProvider _clock = TimeProvider.System;

    DateTimeOffset _from, _to;

    public IReadOnlyList<DrivenRequest> Driven { get; private set; } = [];

    public IEnumerable<DrivenRequest> DrivenMissions => Driven.Where(request => request.Mission is not null);

    /// <summary>When the last but slow request was sent.</summary>
    public DateTimeOffset LastSent { get; private set; }

    /// <summary>The window in PromQL around everything in <see cref="Driven"/> and nothing else, to follow a selector.</summary>
    public string Window => At(_to - _from, _to);

    /// <summary>The moment in PromQL at which that window ends, to follow a selector.</summary>
    public string AtItsEnd => At(_to);

    /// <summary>Requests in a second of the drive, at most.</summary>
    public static double PerSecond => 2.5 / _pace.TotalSeconds;

    public static string At(TimeSpan window, DateTimeOffset end) =>
        string.Create(CultureInfo.InvariantCulture, $"[{(long)window.TotalMilliseconds}ms]{At(end)}");

    static string At(DateTimeOffset end) => string.Create(CultureInfo.InvariantCulture, $" @ {(end - DateTimeOffset.UnixEpoch).TotalSeconds:F3}");

    protected override async Task PrepareAsync()
    {
        await DriveAsync(PreludeTicks);
        await ScrapedAsync();
        _from = _clock.GetUtcNow();
        await ScrapedAsync();
        Driven = await DriveAsync(Ticks);
        await ScrapedAsync();
        _to = _clock.GetUtcNow();
    }

    // Everything that has ended by now is in a scrape that began later.
    async Task ScrapedAsync()
    {
        var now = (_clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;
        await Prometheus.WaitForAsync("timestamp(up)", samples => samples is [{ Value: var scraped }] && scraped > now, Patience);
    }

    async Task<IReadOnlyList<DrivenRequest>> DriveAsync(int ticks)
    {
        var ended = new ConcurrentBag<DrivenRequest>();
        var sent = new List<Task>();
        using var pace = new PeriodicTimer(_pace, _clock);
        for (var tick = 0; tick < ticks; tick++)
        {
            await pace.WaitForNextTickAsync();
            // One transport in five fails and another one takes its time; every second tick an inspection, of which every second fails.
            sent.Add(MissionAsync("transport", fails: tick % 5 == 0, slow: tick % 5 == 1, ended));
            sent.Add(SendAsync(HttpMethod.Get, "/maps/1", answer => new DrivenRequest(Maps, null, answer, false, _clock.GetUtcNow()), ended));
            if (tick % 2 == 0)
            {
                sent.Add(MissionAsync("inspection", fails: tick % 4 == 0, slow: false, ended));
            }
        }

        LastSent = _clock.GetUtcNow();
        await Task.WhenAll(sent);
        return [.. ended];
    }

    // Fast is at once and slow is far inside a bucket (2.5 s to 5 s): a machine under load must not move them to another one.
    Task MissionAsync(string type, bool fails, bool slow, ConcurrentBag<DrivenRequest> ended) =>
        SendAsync(HttpMethod.Post, $"/missions/{type}?outcome={(fails ? "fail" : "ok")}&ms={(slow ? 3500 : 0)}",
            answer => new DrivenRequest(Missions, type, answer, slow, _clock.GetUtcNow()), ended);

    async Task SendAsync(HttpMethod method, string path, Func<int, DrivenRequest> record, ConcurrentBag<DrivenRequest> ended)
    {
        using var request = new HttpRequestMessage(method, path);
        using var answer = await Http.SendAsync(request);
        ended.Add(record((int)answer.StatusCode));
    }
}
