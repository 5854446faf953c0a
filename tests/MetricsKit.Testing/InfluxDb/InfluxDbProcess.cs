using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MetricsKit.Testing;

// One running process and what it said; the directory and the port are those of the server, which may start another on both.
sealed partial class InfluxDbProcess : IAsyncDisposable
{
    readonly Process _process;
    readonly StringBuilder _output = new();

    InfluxDbProcess(string configuration)
    {
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("influxd", ["-config", configuration]) { RedirectStandardOutput = true, RedirectStandardError = true },
        };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    // The port of this process and no other: it says so itself. Null until it listens.
    public int? Port => ListensAt().Match(Output) is { Success: true } match ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;

    public static InfluxDbProcess Start(string configuration)
    {
        var process = new InfluxDbProcess(configuration);
        try
        {
            process._process.Start();
        }
        catch
        {
            process._process.Dispose();
            throw;
        }

        process._process.BeginOutputReadLine();
        process._process.BeginErrorReadLine();
        return process;
    }

    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(); // SIGKILL
        }

        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    [GeneratedRegex(@"msg=""Listening on HTTP"".* addr=127\.0\.0\.1:(\d+)")]
    private static partial Regex ListensAt();

    void Keep(string? line)
    {
        if (line is not null)
        {
            lock (_output)
            {
                _output.AppendLine(line);
            }
        }
    }
}
