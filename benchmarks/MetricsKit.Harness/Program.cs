using MetricsKit.Benchmarks;

string[] all = ["contention", "scrape", "memory"];

if (args is ["child", var report, .. var rest])
{
    Console.WriteLine(report switch
    {
        "contention" => Contention.RunChild(rest),
        "scrape" => await Scrapes.RunChildAsync(rest),
        "memory" => await Memory.RunChildAsync(rest),
        _ => throw new ArgumentException($"There is no report '{report}'."),
    });
    return 0;
}

var wanted = args is ["all", ..] ? all : args.TakeWhile(a => all.Contains(a, StringComparer.Ordinal)).ToArray();
string? folder = args is [.., "--out", var named] ? named : null;
if (wanted.Length == 0 || args.Length != (args[0] == "all" ? 1 : wanted.Length) + (folder is null ? 0 : 2))
{
    Console.Error.WriteLine("Usage: contention|scrape|memory|all [--out FOLDER]");
    return 2;
}

foreach (string name in wanted)
{
    string text = name switch
    {
        "contention" => Contention.Report(),
        "scrape" => Scrapes.Report(),
        _ => Memory.Report(),
    };
    Console.WriteLine(text);
    if (folder is null) continue;
    Directory.CreateDirectory(folder);
    File.WriteAllText(Path.Combine(folder, name + ".md"), text);
}
return 0;
