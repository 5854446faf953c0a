using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MetricsKit.Testing;

// One running process with its port, its directory and what it said; nothing here knows the query API.
sealed class PrometheusProcess : IAsyncDisposable
{
    readonly Process _process;
    readonly DirectoryInfo _directory;
    readonly StringBuilder _output = new();

    PrometheusProcess(DirectoryInfo directory, Uri address)
    {
        _directory = directory;
        Address = address;
        string[] arguments =
        [
            "--config.file=" + ConfigurationPath,
            "--storage.tsdb.path=" + DataPath,
            "--web.listen-address=" + Address.Authority,
            "--enable-feature=exemplar-storage", // Without it exemplars are parsed, so that a wrong one is noticed, and thrown away.
        ];
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("prometheus", arguments) { RedirectStandardOutput = true, RedirectStandardError = true },
        };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
    }

    public Uri Address { get; }

    public string DataPath => Path.Combine(_directory.FullName, "data");

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public bool LostItsPort => Output.Contains("address already in use", StringComparison.Ordinal);

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

    string ConfigurationPath => Path.Combine(_directory.FullName, "prometheus.yml");

    public static PrometheusProcess Start(Func<Uri, IReadOnlyList<ScrapeTarget>> targets)
    {
        var process = new PrometheusProcess(Directory.CreateTempSubdirectory("metricskit-prometheus-"), FreeAddress());
        try
        {
            File.WriteAllText(process.ConfigurationPath, PrometheusConfiguration.Render(targets(process.Address)));
            process._process.Start();
            process._process.BeginOutputReadLine();
            process._process.BeginErrorReadLine();
            return process;
        }
        catch
        {
            process._process.Dispose();
            process._directory.Delete(recursive: true);
            throw;
        }
    }

    public Task WaitForExitAsync() => _process.WaitForExitAsync();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        // The directory goes last: a process that still writes would bring parts of it back.
        await _process.WaitForExitAsync();
        _process.Dispose();
        _directory.Delete(recursive: true);
    }

    // Free when it is asked for; whoever takes it before Prometheus does makes Prometheus exit, and the start is repeated.
    static Uri FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://{listener.LocalEndpoint}");
    }

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
