using System.Diagnostics;
using System.Text;

namespace MetricsKit.Testing;

/// <summary>The checker that comes with Prometheus.</summary>
public static class PromTool
{
    static readonly TimeSpan _deadline = TimeSpan.FromSeconds(60); // Its work takes milliseconds; the rest is for a loaded machine.

    /// <summary>Gives a text 0.0.4 document to <c>promtool check metrics</c>.</summary>
    /// <exception cref="TimeoutException">It did not end in time.</exception>
    public static async Task<PromToolResult> CheckMetricsAsync(string text)
    {
        var start = new ProcessStartInfo("promtool", ["check", "metrics"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("promtool did not start.");
        try
        {
            return await ConverseAsync(process, text).WaitAsync(_deadline);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    static async Task<PromToolResult> ConverseAsync(Process process, string text)
    {
        // Both outputs are read while the input is written: a full pipe on either side would stop both processes.
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.StandardInput.WriteAsync(text);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It may stop reading at a syntax error; what it says about that is the answer.
        }

        await process.WaitForExitAsync();
        return new PromToolResult(process.ExitCode, await output + await errors);
    }
}
