using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MetricsKit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MetricsKit.Tests.Sinks;

public sealed partial class LogSinkTests : MetricSinkConformance
{
    private protected override SinkRig Make() => new LogRig();

    [Fact]
    public async Task WriteAsync_ASample_IsALineForPeople()
    {
        LogLines log = new();
        LogSink sink = new(new() { Level = "debug" }, log);
        SampleSeries series = new("temperature_celsius", SampleKind.Gauge, new("location", "hall\nError: \"x\"\\\u202E"), new("sensor_id", "7"));
        await sink.WriteAsync(new([new(series, new(2026, 3, 1, 12, 0, 0, 250, DateTimeKind.Utc), 21.5), new(new("plain", SampleKind.Counter), DateTime.UnixEpoch, 1)]), default);

        Assert.Equal(
            [
                """Debug: temperature_celsius{location="hall\u000aError: \"x\"\\\u202e",sensor_id="7"} 21.5 (Gauge, 2026-03-01T12:00:00.2500000Z)""",
                "Debug: plain 1 (Counter, 1970-01-01T00:00:00.0000000Z)",
            ], log.All);
    }

    [Fact]
    public async Task WriteAsync_LevelThatTheLogLeavesOut_CostsNothing()
    {
        Entries entries = new() { Least = LogLevel.Warning };
        LogSink sink = new(new(), entries);
        await sink.WriteAsync(new([new(new("a"), DateTime.UnixEpoch, 1)]), default);
        Assert.Empty(entries.All);
    }

    [Theory]
    [InlineData("Information", true)]
    [InlineData("trace", true)]
    [InlineData("CRITICAL", true)]
    [InlineData("None", false)]
    [InlineData("Loud", false)]
    [InlineData("2", false)]
    [InlineData("", false)]
    public void Faults_OfALevel_SayWhichThereAre(string level, bool sound) =>
        Assert.Equal(sound ? 0 : 1, TestKit.Faults(o => o.Sinks.Log = new() { Level = level }).Count(static f => f.StartsWith("MetricsKit:Sinks:Log:Level is ", StringComparison.Ordinal)));

    [Fact]
    [Trait("Requirement", "S1-034")]
    [Trait("Requirement", "S1-035")]
    [Trait("Requirement", "S1-036")]
    public async Task Section_OfTheConfiguration_BringsProcessedSamplesIntoTheHostsLog()
    {
        Lines lines = new();
        await using var kit = TestKit.Start(
            configuration: TestKit.Configuration(("Sinks:Log:Level", "Warning"), ("Processing:Exclude:0", "secret*"), ("Processing:Scale:temp", "0.001"), ("Processing:Rename:temp", "temperature"), ("Processing:Tags:site", "berlin")),
            add: b => b.AddSampleProcessor(SampleProcessors.AddTags(("by", "code"))).Services.AddLogging(l => l.AddProvider(lines)));
        var recorder = kit.Services.GetRequiredService<IMetricRecorder>();
        Assert.True(recorder.Record("temp", 21500));
        Assert.True(recorder.Record("secret_sauce", 1));
        Assert.True(await recorder.FlushAsync(Threads.Patience));

        string line = Assert.Single(lines.Samples.All);
        Assert.StartsWith("Warning: temperature{by=\"code\",site=\"berlin\"} 21.5 (Gauge, ", line, StringComparison.Ordinal);
    }

    /// <summary>A log that can be broken, read back from what its entries say.</summary>
    sealed class LogRig : SinkRig
    {
        static readonly SinkFault _refuses = new("a provider throws"), _tears = new("a provider throws after some entries"), _hangs = new("a provider hangs", SinkFaultEffect.Hangs);

        readonly Entries _entries = new();

        public override IReadOnlyList<SinkFault> Faults => [_refuses, _tears, _hangs];

        public override IMetricSink Open() => new LogSink(new(), _entries);

        public override ValueTask<IReadOnlyList<StoredSample>> ReadAsync() => ValueTask.FromResult<IReadOnlyList<StoredSample>>([.. _entries.All.Select(Read)]);

        public override ValueTask<bool> IsHoldingAsync() => ValueTask.FromResult(_entries.IsHolding);

        public override ValueTask BreakAsync(SinkFault fault)
        {
            _entries.Left = fault == _tears ? 7 : 0;
            _entries.Hangs = fault == _hangs;
            return ValueTask.CompletedTask;
        }

        public override ValueTask HealAsync()
        {
            _entries.Left = int.MaxValue;
            _entries.Heal();
            return ValueTask.CompletedTask;
        }

        public override ValueTask DisposeAsync() => HealAsync();

        static StoredSample Read((string Text, IReadOnlyList<KeyValuePair<string, object?>> Properties) entry)
        {
            var properties = entry.Properties.ToDictionary(static p => p.Key, static p => p.Value);
            var (name, text) = ((string)properties["Name"]!, (string)properties["Tags"]!);
            var (kind, timestamp, value) = ((SampleKind)properties["Kind"]!, (DateTime)properties["Timestamp"]!, (double)properties["Value"]!);
            Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"{name}{text} {value} ({kind}, {timestamp:O})"), entry.Text);
            Assert.DoesNotContain(entry.Text, static c => char.IsControl(c) || c is '\u2028' or '\u202E');
            var tags = text.Length == 0 ? [] : Tag.Matches(text[1..]).Select(static t => new KeyValuePair<string, string>(Plain(t.Groups["key"].Value), Plain(t.Groups["value"].Value))).ToArray();
            return StoredSample.Of(new(new(Plain(name), kind, tags), timestamp, value)); // half a character in a name is whole in no encoding
        }

        static string Plain(string escaped)
        {
            StringBuilder plain = new();
            for (int i = 0; i < escaped.Length; i++)
            {
                if (escaped[i] != '\\') plain.Append(escaped[i]);
                else if (escaped[++i] != 'u') plain.Append(escaped[i]);
                else
                {
                    plain.Append((char)int.Parse(escaped.AsSpan(i + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                    i += 4;
                }
            }
            return plain.ToString();
        }
    }

    sealed class Entries : ILogger
    {
        readonly List<(string, IReadOnlyList<KeyValuePair<string, object?>>)> _all = [];
        TaskCompletionSource _healed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int _held;

        public LogLevel Least { get; init; }

        public int Left { get; set; } = int.MaxValue;

        public bool Hangs { get; set; }

        public bool IsHolding => Volatile.Read(ref _held) > 0;

        public IReadOnlyList<(string, IReadOnlyList<KeyValuePair<string, object?>>)> All
        {
            get { lock (_all) return [.. _all]; }
        }

        public void Heal()
        {
            Hangs = false;
            _healed.SetResult();
            _healed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= Least;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            IAsyncResult healed = _healed.Task;
            if (Hangs)
            {
                Interlocked.Increment(ref _held);
                healed.AsyncWaitHandle.WaitOne();
                Interlocked.Decrement(ref _held);
            }
            lock (_all)
            {
                if (Left-- <= 0) throw new IOException("The log is broken.");
                _all.Add((formatter(state, exception), Assert.IsType<IReadOnlyList<KeyValuePair<string, object?>>>(state, exactMatch: false)));
            }
        }
    }

    sealed class Lines : ILoggerProvider
    {
        public LogLines Samples { get; } = new();

        public ILogger CreateLogger(string categoryName) => categoryName == "MetricsKit.Samples" ? Samples : new LogLines();

        public void Dispose() { }
    }

    [GeneratedRegex("""\G(?<key>(\\.|[^"\\])*?)="(?<value>(\\.|[^"\\])*)"[,}]""")]
    static partial Regex Tag { get; }
}
