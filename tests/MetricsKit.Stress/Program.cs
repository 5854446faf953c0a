using System.Diagnostics;
using System.Globalization;
using MetricsKit.Stress;

if (args is [Child.Word, .. var how]) return Child.Run(how);
if (args is not [var name, .. var rest] || rest is not ([] or ["long"]) || Scenario.All.FirstOrDefault(s => s.Name == name) is not { } scenario)
{
    var to = args is ["--help"] ? Console.Out : Console.Error;
    to.WriteLine("Usage: dotnet run -c Release --project tests/MetricsKit.Stress -- <scenario> [long]");
    to.WriteLine("A scenario fights for seconds, its long version for minutes. It prints a ledger and ends with 0 when every line adds up.");
    foreach (var known in Scenario.All) to.WriteLine($"  {known.Name,-18} {known.Proves}");
    return args is ["--help"] ? 0 : 2;
}

Effort effort = new(IsLong: rest is ["long"]);
StressLedger ledger = new(Console.Out);
// The only clock that can fail a run: it is for a run that hangs, and far from what a slow machine takes.
using Timer watchdog = new(_ =>
{
    Console.WriteLine("BAD the run did not end.");
    Environment.Exit(3);
}, null, TimeSpan.FromMinutes(effort.IsLong ? 60 : 4), Timeout.InfiniteTimeSpan);
long began = Stopwatch.GetTimestamp();
scenario.Run(ledger, effort);
ledger.Says("seconds", Stopwatch.GetElapsedTime(began).TotalSeconds.ToString("F1", CultureInfo.InvariantCulture));
Console.WriteLine(ledger.Wrong == 0 ? $"{name}: every line adds up." : $"{name}: {ledger.Wrong} lines do not add up.");
return ledger.Wrong == 0 ? 0 : 1;
