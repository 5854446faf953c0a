using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;
using Xunit.Sdk;

namespace MetricsKit.Testing;

/// <summary>Runs a property over an arbitrary from a plain fact. A failure says the shrunk value with its characters spelt out, and the seed.</summary>
public static class Properties
{
    /// <summary>Holds when the action throws for none of the values; give the two numbers of a failure as the replay to meet it again.</summary>
    public static void Hold<T>(Arbitrary<T> values, Action<T> holds, int tests = 200, (ulong Seed, ulong Gamma)? replay = null)
    {
        var config = Config.QuickThrowOnFailure.WithMaxTest(tests).WithQuietOnSuccess(true);
        if (replay is { } again)
        {
            config = config.WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(again.Seed, again.Gamma), FSharpOption<int>.None)));
        }

        Check.One(config, Prop.ForAll(values, value => Spell(holds, value)));
    }

    static void Spell<T>(Action<T> holds, T value)
    {
        try
        {
            holds(value);
        }
        catch (Exception failure)
        {
            throw new XunitException($"For {Spelt(value)}: {failure}", failure); // with its stack: FsCheck keeps only the text
        }
    }

    // A console shows neither lone surrogates nor controls, and the test platform cannot even transport some of them.
    static string Spelt<T>(T value)
    {
        var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "null";
        var spelt = new StringBuilder("\"");
        foreach (var character in text)
        {
            if (character is >= ' ' and <= '~')
            {
                spelt.Append(character);
            }
            else
            {
                spelt.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}");
            }
        }

        return spelt.Append('"').ToString();
    }
}
