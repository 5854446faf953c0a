using MetricsKit.Testing;

namespace MetricsKit.Tests.Histories;

/// <summary>What was done to a counter, and what a reader saw.</summary>
readonly record struct CounterOperation(bool IsRead, long Value)
{
    public static CounterOperation Add(long amount) => new(false, amount);

    public static CounterOperation Read(long seen) => new(true, seen);

    /// <summary>One counter, one thing after another.</summary>
    public static long? Step(long total, CounterOperation operation) =>
        !operation.IsRead ? total + operation.Value : operation.Value == total ? total : null;

    /// <summary>
    /// What holds whatever the amounts: a read is at least what was added before it began and at most what was begun before it returned,
    /// and no read is less than one that returned before it began. The sentence that says what is wrong, or null.
    /// </summary>
    public static string? IntervalFault(IReadOnlyList<HistoryCall<CounterOperation>> history, long initial)
    {
        var adds = history.Where(static c => !c.Operation.IsRead).ToList();
        var reads = history.Where(static c => c.Operation.IsRead).OrderBy(static c => c.Began).ToList();
        foreach (var read in reads)
        {
            long least = initial + adds.Where(a => a.Returned < read.Began).Sum(static a => a.Operation.Value);
            long most = initial + adds.Where(a => a.Began < read.Returned).Sum(static a => a.Operation.Value);
            if (read.Operation.Value < least || read.Operation.Value > most) return $"{read} is not between {least} and {most}.";
            if (reads.Find(r => r.Returned < read.Began && r.Operation.Value > read.Operation.Value) is { Returned: > 0 } before) return $"{read} goes back behind {before}.";
        }
        return null;
    }

    public override string ToString() => IsRead ? $"read {Value}" : $"add {Value}";
}
