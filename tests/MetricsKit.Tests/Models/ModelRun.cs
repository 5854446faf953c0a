namespace MetricsKit.Tests.Models;

/// <summary>Does what a script says, on real instruments and on the model, and compares what can be seen.</summary>
sealed class ModelRun : IDisposable
{
    readonly ModelledHost[] _hosts = [new(), new()];
    readonly List<Action> _orphans = [];
    HeldThread _living = new();

    public static void Follow(Script script)
    {
        using ModelRun run = new();
        foreach (var command in script.Commands) run.Do(command);
        run.Compare();
    }

    public void Dispose()
    {
        _living.Dispose();
        foreach (var host in _hosts) host.Dispose();
    }

    void Do(Command command)
    {
        switch (command.Verb)
        {
            case Verb.Snapshot:
                Compare();
                break;
            case Verb.CreateAgain:
                _hosts[command.Host].CreateAgain();
                break;
            case Verb.Replace:
                _orphans.Add(_hosts[command.Host].Orphans());
                _hosts[command.Host].Dispose();
                _hosts[command.Host] = new();
                break;
            case Verb.EndThread:
                _living.Dispose();
                _living = new();
                break;
            case Verb.UseOrphans:
                On(command.Who, () => _orphans.ForEach(static use => use()));
                break;
            case Verb.Collect:
                On(command.Who, static () =>
                {
                    GC.Collect();
                    GC.WaitForPendingFinalizers();
                });
                break;
            default:
                On(command.Who, _hosts[command.Host].Do(command));
                break;
        }
    }

    void On(Who who, Action what)
    {
        if (who == Who.Main) what();
        else if (who == Who.Living) _living.Do(what);
        else Threads.RunOne(what);
    }

    void Compare() => Array.ForEach(_hosts, static h => h.AssertEqual());
}
