using System.Text.RegularExpressions;

namespace MetricsKit.AcceptanceTests.Quickstart;

/// <summary>The quick start as somebody runs it, on a free port.</summary>
sealed partial class QuickstartProcess : IAsyncDisposable
{
    static readonly TimeSpan _patience = TimeSpan.FromMinutes(1); // It takes a second; the rest is for a loaded machine.

    readonly ChildProcess _process;

    QuickstartProcess(ChildProcess process, Uri address)
    {
        _process = process;
        Http = new HttpClient { BaseAddress = address, Timeout = _patience };
    }

    public HttpClient Http { get; }

    public Uri Metrics => new(Http.BaseAddress!, "/metrics");

    public static Task<QuickstartProcess> StartAsync(params IEnumerable<string> arguments) => StartAsync(Path.GetDirectoryName(Repository.Quickstart)!, arguments);

    /// <summary>Starts it in a directory, whose <c>appsettings.json</c> it takes if there is one.</summary>
    public static async Task<QuickstartProcess> StartAsync(string directory, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var process = ChildProcess.Start("dotnet", [Repository.Quickstart, "--urls", "http://127.0.0.1:0", .. arguments], directory, environment);
        try
        {
            return new QuickstartProcess(process, new Uri((await process.SaysAsync(Signpost(), _patience)).Groups["address"].Value));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until it has said something on its console.</summary>
    public Task<Match> SaysAsync(Regex what) => _process.SaysAsync(what, _patience);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _process.DisposeAsync();
    }

    [GeneratedRegex(@"The fleet is at +(?<address>http://\S+)")]
    private static partial Regex Signpost();
}
