using System.Diagnostics;
using System.Globalization;
using MetricsKit.Benchmarks;

(string Name, Func<string> Report)[] reports =
[
    ("contention", Contention.Report),
    ("foreign", ForeignCalls.Report),
    ("lifetimes", ForeignCosts.Report),
    ("exemplars", Exemplars.Report),
    ("paths", Paths.Report),
    ("scrape", Scrapes.Report),
    ("memory", Memory.Report),
    ("churn", Churn.Report),
    ("recorder", Recording.Report),
    ("otlp", OtlpCosts.Report),
    ("coldstart", ColdStart.Report),
];

if (args is ["child", var report, .. var rest])
{
    Console.WriteLine(report switch
    {
        "contention" => Contention.RunChild(rest),
        "paths" => Paths.RunChild(rest),
        "recorder" => await Recording.RunChildAsync(rest),
        "scrape" => await Scrapes.RunChildAsync(rest),
        "otlp" => await OtlpCosts.RunChildAsync(rest),
        "lifetimes" => await ForeignCosts.RunChildAsync(rest),
        "memory" => await Memory.RunChildAsync(rest),
        "churn" => await Churn.RunChildAsync(rest),
        _ => throw new ArgumentException($"There is no report '{report}'."),
    });
    return 0;
}

var wanted = args is ["all", ..] ? reports : [.. reports.Where(r => args.Contains(r.Name, StringComparer.Ordinal))];
string? folder = args is [.., "--out", var named] ? named : null;
if (wanted.Length == 0 || args.Length != (args[0] == "all" ? 1 : wanted.Length) + (folder is null ? 0 : 2))
{
    Console.Error.WriteLine($"Usage: {string.Join('|', reports.Select(static r => r.Name))}|all [--out FOLDER]");
    return 2;
}

long began = Stopwatch.GetTimestamp();
for (int i = 0; i < wanted.Length; i++)
{
    Console.Error.WriteLine($"{wanted[i].Name}: report {i + 1} of {wanted.Length}, after {Stopwatch.GetElapsedTime(began).TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s");
    string text = wanted[i].Report();
    Console.WriteLine(text);
    if (folder is null) continue;
    Directory.CreateDirectory(folder);
    File.WriteAllText(Path.Combine(folder, wanted[i].Name + ".md"), text);
}
Console.Error.WriteLine($"done after {Stopwatch.GetElapsedTime(began).TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s");
return 0;
