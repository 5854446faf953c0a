using System.Diagnostics;
using System.Globalization;
using System.Net.Http;

namespace MetricsKit.Benchmarks;

/// <summary>The process that takes what is exported, and counts it.</summary>
sealed class OtlpSink : IDisposable
{
    readonly Process _process;

    internal OtlpSink()
    {
        _process = Process.Start(new ProcessStartInfo(ColdStart.BesideUs("MetricsKit.Sink")) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        string[] ports = (_process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The sink did not start.")).Split(' ');
        (Http, Grpc) = ($"http://127.0.0.1:{ports[0]}", $"http://127.0.0.1:{ports[1]}");
    }

    /// <summary>Where it takes HTTP/1.1.</summary>
    internal string Http { get; }

    /// <summary>Where it takes HTTP/2 without TLS.</summary>
    internal string Grpc { get; }

    /// <summary>Requests and bytes of bodies so far, of whoever sent them.</summary>
    internal static async Task<(long Requests, long Bytes)> TakenAsync(string http)
    {
        using HttpClient client = new();
        string[] taken = (await client.GetStringAsync(new Uri(http))).Split(' ');
        return (long.Parse(taken[0], CultureInfo.InvariantCulture), long.Parse(taken[1], CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
