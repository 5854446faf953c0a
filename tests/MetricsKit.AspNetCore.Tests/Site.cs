using System.Net.Sockets;
using System.Text;
using MetricsKit.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MetricsKit.AspNetCore.Tests;

/// <summary>An application on a free port of real Kestrel, and a client of it.</summary>
sealed class Site : IAsyncDisposable
{
    internal static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60); // for what takes milliseconds, on a loaded machine

    readonly WebApplication _app;

    Site(WebApplication app)
    {
        _app = app;
        Addresses = [.. app.Urls.Select(url => new Uri(url))];
        Http = new HttpClient { BaseAddress = Address, Timeout = Deadline };
    }

    internal Uri[] Addresses { get; }

    internal Uri Address => Addresses[0];

    internal HttpClient Http { get; }

    internal IServiceProvider Services => _app.Services;

    /// <summary>Starts an application that has the kit and whatever the test adds; the test itself decides where the kit stands in the pipeline.</summary>
    internal static async Task<Site> StartAsync(Action<WebApplication> pipeline, Action<WebApplicationBuilder>? configure = null, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting(); // the slim builder leaves out constraints of regular expressions, which no test needs
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.Services.AddMetricsKit();
        configure?.Invoke(builder);
        var app = builder.Build();
        pipeline(app);
        await app.StartAsync();
        return new(app);
    }

    /// <summary>What a scrape shows, read by the strict parser.</summary>
    internal async Task<Exposition> ScrapeAsync(string path = "/metrics") =>
        ExpositionParser.Parse(await Http.GetByteArrayAsync(path), ExpositionSyntax.Text);

    /// <summary>The first scrape that shows what is awaited: a request is counted after its client has read the answer.</summary>
    internal async Task<Exposition> ScrapeUntilAsync(Func<Exposition, bool> shows, string what)
    {
        Exposition? last = null;
        try
        {
            await Eventually.BecomesAsync(async () => shows(last = await ScrapeAsync()), Deadline, what);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}\n{string.Join('\n', Requests(last!))}", late);
        }
        return last!;
    }

    /// <summary>Waits for a number of requests in the counter and gives all its series as text, so that a test sees what is there beside.</summary>
    internal async Task<string[]> RequestsAsync(int total)
    {
        var seen = await ScrapeUntilAsync(scrape => Total(scrape) >= total, $"{total} requests are counted");
        return Requests(seen);
    }

    internal static double Total(Exposition scrape) => scrape.Samples.Where(sample => sample.Name == "http_requests_total").Sum(sample => sample.Value);

    internal static double Active(Exposition scrape) => scrape.Samples.Where(sample => sample.Name == "http_requests_active").Sum(sample => sample.Value);

    /// <summary>All series of requests as <c>METHOD route status count</c>, in order.</summary>
    internal static string[] Requests(Exposition scrape) =>
        [.. scrape.Samples.Where(sample => sample.Name == "http_requests_total").Select(sample => $"{sample["method"]} {sample["endpoint"]} {sample["status_code"]} {sample.RawValue}").Order(StringComparer.Ordinal)];

    /// <summary>All series of durations as <c>METHOD route count</c>, in order.</summary>
    internal static string[] Durations(Exposition scrape) =>
        [.. scrape.Samples.Where(sample => sample.Name == "http_request_duration_seconds_count").Select(sample => $"{sample["method"]} {sample["endpoint"]} {sample.RawValue}").Order(StringComparer.Ordinal)];

    internal async Task<TcpClient> ConnectAsync(string request)
    {
        TcpClient client = new();
        await client.ConnectAsync(Address.Host, Address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}
