using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Models;

/// <summary>Any sequence of what a program may do, against a dictionary.</summary>
public sealed class ModelTests
{
    [Fact]
    [Trait("Invariant", "I5")]
    [Trait("Invariant", "I8")]
    [Trait("Invariant", "I9")]
    [Trait("Invariant", "I10")]
    [Trait("Invariant", "I12")]
    public void Instruments_AfterAnyScript_ShowWhatTheModelShows() => Properties.Hold(Scripts.Any, ModelRun.Follow, tests: 300);

    [Fact]
    public void Script_ThatFails_IsShrunkToWhatMatters()
    {
        Script failing = new([.. Enumerable.Range(0, 50).Select(static i => new Command(i == 33 ? Verb.Set : Verb.Add, Who.New, 1, i % 9, i % 9))]);
        for (bool shrank = true; shrank;)
        {
            var simpler = Scripts.Simpler(failing).FirstOrDefault(static s => s.Commands.Any(static c => c is { Verb: Verb.Set, Host: 1 }));
            shrank = simpler is not null;
            failing = simpler ?? failing;
        }
        Assert.Equal("Set 1 to 0 of host 1 by Main", failing.ToString());
    }

    [Fact]
    public void Model_ThatExpectsSomethingElse_IsContradictedWithTheScript()
    {
        var refused = Assert.ThrowsAny<Exception>(() => Properties.Hold(Scripts.Any, static script =>
        {
            ModelRun.Follow(script);
            Assert.DoesNotContain(script.Commands, static c => c.Verb == Verb.Add);
        }));
        Assert.Matches("\"Add -?\\d+ to \\d of host \\d by \\w+\"", refused.ToString());
    }
}
