using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;

namespace MetricsKit.Tests.Models;

/// <summary>What a program does, one thing after another; it prints as it is.</summary>
sealed record Script(ImmutableArray<Command> Commands)
{
    public override string ToString() => string.Join("; ", Commands);
}

/// <summary>Scripts of any commands, and those that are simpler.</summary>
static class Scripts
{
    const int MostCommands = 60;

    /// <summary>Values of the one tag. The first two are one series; more are distinct than there is room for.</summary>
    public static readonly string?[] Texts = [null, "", "x", "y", "_OTHER", "lone \uD800", new string('l', 400), "z", "w"];

    /// <summary>Increments of a counter; negative ones are rejected, and the largest saturate.</summary>
    public static readonly long[] Increments = [1, 0, 7, 1000, -1, long.MinValue, long.MaxValue, long.MaxValue - 1, 3];

    /// <summary>Changes of a sum that goes both ways; small, since where it saturates depends on the threads.</summary>
    public static readonly long[] Moves = [1, -1, 0, 5, -17, 1000, -1000, 1 << 30, -(1 << 30)];

    /// <summary>Measurements and levels.</summary>
    public static readonly double[] Numbers = [1, 0.25, -0.0, -3.5, 1 << 20, 1e300, double.MaxValue, double.NaN, double.NegativeInfinity, double.MinValue, double.PositiveInfinity, 5.75];

    public static Arbitrary<Script> Any { get; } = Arb.From(Gen.Sized(size => Of(Math.Clamp(size, 1, MostCommands))), Simpler);

    /// <summary>Fewer commands first, then simpler ones.</summary>
    public static IEnumerable<Script> Simpler(Script script)
    {
        var commands = script.Commands;
        for (int length = commands.Length / 2; length > 0; length /= 2)
        {
            for (int at = 0; at + length <= commands.Length; at += length) yield return new(commands.RemoveRange(at, length));
        }
        for (int i = 0; i < commands.Length; i++)
        {
            var command = commands[i];
            if (command.Who != Who.Main) yield return new(commands.SetItem(i, command with { Who = Who.Main }));
            if (command.Host != 0) yield return new(commands.SetItem(i, command with { Host = 0 }));
            if (command.Label != 0) yield return new(commands.SetItem(i, command with { Label = 0 }));
            if (command.Value != 0) yield return new(commands.SetItem(i, command with { Value = 0 }));
        }
    }

    static Gen<Script> Of(int most) =>
        from length in Gen.Choose(1, most)
        from commands in Gen.ArrayOf(One, length)
        select new Script([.. commands]);

    static Gen<Command> One { get; } =
        from verb in Gen.Frequency(
            (20, Gen.Elements(Verb.Add, Verb.Move, Verb.Set, Verb.Record)), (20, Gen.Elements(Verb.AddBound, Verb.MoveBound, Verb.SetBound, Verb.RecordBound)),
            (6, Gen.Constant(Verb.Snapshot)), (2, Gen.Elements(Verb.UseOrphans, Verb.CreateAgain, Verb.Replace, Verb.EndThread)), (1, Gen.Constant(Verb.Collect)))
        from who in Gen.Elements(Who.Main, Who.Main, Who.Living, Who.New)
        from host in Gen.Elements(0, 0, 1)
        from label in Gen.Choose(0, Texts.Length - 1)
        from value in Gen.Choose(0, verb is Verb.Add or Verb.AddBound or Verb.Move or Verb.MoveBound ? Increments.Length - 1 : Numbers.Length - 1)
        select new Command(verb, who, host, label, value);
}
