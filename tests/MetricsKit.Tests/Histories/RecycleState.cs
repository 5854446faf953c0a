namespace MetricsKit.Tests.Histories;

/// <summary>One series that may leave while it is idle and come back from zero, one thing after another.</summary>
/// <param name="Lives">How often it has begun so far.</param>
/// <param name="IsPresent">Whether the last life goes on.</param>
/// <param name="Claims">Which life each add found, four bits each.</param>
/// <param name="Counts">The total of each life, a byte each.</param>
readonly record struct RecycleState(int Lives, bool IsPresent, ulong Claims, ulong Counts)
{
    public const int Absent = -1;

    public static RecycleState[] Steps(RecycleState state, RecycleOperation operation) => operation.Kind switch
    {
        RecycleStep.Claim => [state.Claim(operation.Add)],
        RecycleStep.Count => [state with { Counts = state.Counts + (1UL << 8 * (int)(state.Claims >> 4 * operation.Add & 0xF)) }],
        RecycleStep.Read => state.Shown == operation.Seen ? [state] : [],
        RecycleStep.Leave => state.IsPresent ? [state, state with { IsPresent = false }] : [state],
        _ => state.Retired == operation.Seen ? [state] : [],
    };

    int Shown => IsPresent ? CountOf(Lives - 1) : Absent;

    /// <summary>What all lives that have ended came to.</summary>
    int Retired => Enumerable.Range(0, IsPresent ? Lives - 1 : Lives).Sum(CountOf);

    int CountOf(int life) => (int)(Counts >> 8 * life & 0xFF);

    RecycleState Claim(int add)
    {
        var found = IsPresent ? this : this with { Lives = Lives + 1, IsPresent = true };
        return found with { Claims = found.Claims | (ulong)(found.Lives - 1) << 4 * add };
    }
}

enum RecycleStep { Claim, Count, Read, Leave, Retire }

/// <summary>One step of an add or of a read.</summary>
/// <param name="Kind">An add finds its series and then counts; a read shows the series and may then let it go; the end knows what was retired.</param>
/// <param name="Add">Which add of the history it belongs to.</param>
/// <param name="Seen">What was shown, or retired.</param>
readonly record struct RecycleOperation(RecycleStep Kind, int Add, int Seen);
