using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using MetricsKit.Testing;

namespace MetricsKit.AcceptanceTests;

/// <summary>A program that runs beside a test, with what it says on both streams; it is gone when disposed.</summary>
sealed class ChildProcess : IAsyncDisposable
{
    // What the test runner or the user's shell sets for itself would change what a newcomer sees.
    static readonly string[] _foreign = ["MSBUILD", "MetricsKit_", "ASPNETCORE_", "DOTNET_ENVIRONMENT", "URLS", "OTEL_"];

    readonly Process _process;
    readonly StringBuilder _output = new();

    ChildProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
    }

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

    public static ChildProcess Start(string program, IEnumerable<string> arguments, string directory, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(IsForeign).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var child = new ChildProcess(start);
        child._process.Start();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Runs a program to its end and returns what it said.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message carries its output.</exception>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, string directory, TimeSpan timeout)
    {
        await using var child = Start(program, arguments, directory);
        await child.EndsAsync(timeout);
        return child._process.ExitCode == 0
            ? child.Output
            : throw new InvalidOperationException($"{program} {string.Join(' ', child._process.StartInfo.ArgumentList)} ended with {child._process.ExitCode}:\n{child.Output}");
    }

    /// <summary>Waits until it has said something, and returns the match.</summary>
    /// <exception cref="InvalidOperationException">It ended before, or did not say it in time; the message carries its output.</exception>
    public async Task<Match> SaysAsync(Regex what, TimeSpan timeout)
    {
        var match = Match.Empty;
        try
        {
            await Eventually.BecomesAsync(() => (match = what.Match(Output)).Success || _process.HasExited, timeout, what.ToString());
        }
        catch (TimeoutException)
        {
            // The output says more than the time that has passed.
        }

        return match.Success ? match : throw new InvalidOperationException($"It did not say {what}, but:\n{Output}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    async Task EndsAsync(TimeSpan timeout)
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(timeout);
        }
        catch (TimeoutException)
        {
            throw new InvalidOperationException($"{_process.StartInfo.FileName} did not end within {timeout}:\n{Output}");
        }
    }

    static bool IsForeign(string name) => _foreign.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

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
