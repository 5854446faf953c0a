using System.Globalization;

namespace MetricsKit.Tests.Models;

enum Verb
{
    // On a series, by tagged call.
    Add, Move, Set, Record,

    // On a series, by a handle that is bound on first use.
    AddBound, MoveBound, SetBound, RecordBound,

    // By the handles of hosts that are gone.
    UseOrphans,

    Snapshot,

    /// <summary>The same rows again: the same instruments, and the same handles.</summary>
    CreateAgain,

    /// <summary>Ends the host and puts a new one with the same rows in its place.</summary>
    Replace,

    /// <summary>Ends the thread that lives and starts another.</summary>
    EndThread,

    Collect,
}

/// <summary>Who does it.</summary>
enum Who
{
    Main,

    /// <summary>A thread that lives on.</summary>
    Living,

    /// <summary>A thread that ends at once.</summary>
    New,
}

/// <summary>One thing that a program may do.</summary>
/// <param name="Verb">What is done.</param>
/// <param name="Who">On which thread.</param>
/// <param name="Host">To which of two hosts.</param>
/// <param name="Label">Which of the texts in <see cref="Scripts.Texts"/>.</param>
/// <param name="Value">Which of the numbers in <see cref="Scripts"/>.</param>
readonly record struct Command(Verb Verb, Who Who, int Host, int Label, int Value)
{
    public override string ToString() => Verb switch
    {
        Verb.Add or Verb.AddBound => Of(Scripts.Increments[Value].ToString(CultureInfo.InvariantCulture)),
        Verb.Move or Verb.MoveBound => Of(Scripts.Moves[Value].ToString(CultureInfo.InvariantCulture)),
        Verb.Set or Verb.SetBound or Verb.Record or Verb.RecordBound => Of(Scripts.Numbers[Value].ToString("R", CultureInfo.InvariantCulture)),
        Verb.UseOrphans or Verb.Collect => $"{Verb} by {Who}",
        Verb.CreateAgain or Verb.Replace => $"{Verb} host {Host}",
        _ => Verb.ToString(),
    };

    string Of(string value) => $"{Verb} {value} to {Label} of host {Host} by {Who}";
}
