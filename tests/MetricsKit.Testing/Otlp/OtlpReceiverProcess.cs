using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace MetricsKit.Testing;

/// <summary>The program beside the tests, in which their receivers live.</summary>
/// <remarks>
/// It ends when its input does, which the system closes with the process that holds the other end: no test run leaves it behind, however it ends.
/// </remarks>
public sealed class OtlpReceiverProcess : IAsyncDisposable
{
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    readonly Process _process;
    readonly StringBuilder _errors = new();
    readonly HttpClient _http = new() { Timeout = _patience };

    OtlpReceiverProcess(string folder)
    {
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("node", ["receiver.js"])
            {
                WorkingDirectory = folder,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
    }

    /// <summary>What it has complained about so far.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString();
            }
        }
    }

    /// <summary>Starts it, and returns when it can be asked.</summary>
    /// <exception cref="InvalidOperationException">It ended; the message carries what it said.</exception>
    public static async Task<OtlpReceiverProcess> StartAsync()
    {
        var process = new OtlpReceiverProcess(OtlpReceiverSkip.Folder);
        process._process.Start();
        try
        {
            process._process.BeginErrorReadLine();
            var line = await process._process.StandardOutput.ReadLineAsync().WaitAsync(_patience);
            if (line is null)
            {
                await process._process.WaitForExitAsync().WaitAsync(_patience);
                throw new InvalidOperationException("The receiver of OTLP ended at its start:\n" + process.Errors);
            }

            var port = JsonSerializer.Deserialize<JsonElement>(line).GetProperty("control").GetInt32();
            process._http.BaseAddress = new Uri($"http://127.0.0.1:{port}");
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    internal async Task<JsonElement> AskAsync(string command, object? body = null)
    {
        using var content = body is null ? null : JsonContent.Create(body, options: ScriptedOtlpAnswer.Json);
        using var response = await _http.PostAsync(new Uri("/" + command, UriKind.Relative), content);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonSerializer.Deserialize<JsonElement>(text)
            : throw new InvalidOperationException($"The receiver of OTLP answered {(int)response.StatusCode} to {command}: {text}\n{Errors}");
    }

    /// <summary>Closes its input and waits for its end.</summary>
    public async Task EndAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(_patience);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    void Keep(string? line)
    {
        if (line is not null)
        {
            lock (_errors)
            {
                _errors.AppendLine(line);
            }
        }
    }
}
