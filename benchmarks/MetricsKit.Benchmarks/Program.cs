using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using MetricsKit.Benchmarks;
using Perfolizer.Horology;

// Short runs of a call that takes nanoseconds; no runtime moniker, since BenchmarkDotNet 0.14 knows none for .NET 10.
var job = Job.Default.WithWarmupCount(5).WithIterationCount(11).WithIterationTime(TimeInterval.FromMilliseconds(120));
var config = ManualConfig.CreateEmpty()
    .AddJob(job)
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddLogger(ConsoleLogger.Default)
    .AddExporter(MarkdownExporter.GitHub)
    .AddColumnProvider(DefaultColumnProviders.Instance)
    .AddColumn(StatisticColumn.Median)
    .HideColumns(Column.Mean, Column.Error, Column.StdDev, Column.RatioSD, Column.AllocRatio, Column.Gen0);

string? folder = args is [.., "--out", var named] ? named : null;
string[] options = folder is null ? args : args[..^2];
var summaries = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(options is [] ? ["--filter", "*"] : options, config).ToArray();

// A generated project that does not build leaves a summary without reports, and BenchmarkDotNet calls that a success.
bool complete = summaries.Length > 0 && summaries.All(static s => s.Reports.Length == s.BenchmarksCases.Length && s.Reports.All(static r => r.Success));
if (!complete) Console.Error.WriteLine("Not every benchmark has a result.");
else if (folder is not null) CallsPage.Write(folder, summaries);
return complete ? 0 : 1;
