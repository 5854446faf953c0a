using MetricsKit.Tests.Repository;
using Xunit;

namespace MetricsKit.Tests.Approved;

/// <summary>Texts that are interfaces to others: a change of one is a decision, so it is committed beside what caused it.</summary>
static class Approval
{
    const string Switch = "UPDATE_APPROVED";

    public static void Matches(string file, string actual)
    {
        string path = SourceTree.PathOf($"tests/MetricsKit.Tests/Approved/{file}");
        string approved = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        if (approved == actual) return;
        bool write = Environment.GetEnvironmentVariable(Switch) == "true";
        if (write) File.WriteAllText(path, actual);
        Assert.Fail($"{file} is not what was approved. {Difference(approved, actual)}\n"
            + (write ? "It is written anew: look at the difference and commit it if it is meant." : $"If the change is meant, run the test once with {Switch}=true, which writes {path}, and commit it."));
    }

    static string Difference(string approved, string actual)
    {
        string[] was = approved.Split('\n'), now = actual.Split('\n');
        var gone = was.Except(now).Take(5).Select(static line => "  - " + line);
        var come = now.Except(was).Take(5).Select(static line => "  + " + line);
        return "The first lines that differ:\n" + string.Join('\n', gone.Concat(come));
    }
}
