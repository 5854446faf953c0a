namespace MetricsKit.Tests.Histories;

/// <summary>One series that may leave while it is idle and come back from zero, one thing after another.</summary>
/// <param name="Lives">How often it has begun so far.</param>
/// <param name="IsPresent">Whether the last life goes on.</param>
/// <param name="Claims">Which life each add found, four bits each.</param>
/// <param name="Counts">The total of each life, a byte each.</param>
/// <param name="Late">What was counted for lives that had ended, and is given to the present one or to a new one some time later.</param>
readonly record struct RecycleState(int Lives, bool IsPresent, ulong Claims, ulong Counts, int Late)
{
    public const int Absent = -1;

    public static RecycleState[] Steps(RecycleState state, RecycleOperation operation) => operation.Kind switch
    {
        RecycleStep.Claim => [state.Claim(operation.Add)],
        RecycleStep.Count => [state.Count((int)(state.Claims >> 4 * operation.Add & 0xF))],
        RecycleStep.Read => [.. Enumerable.Range(0, state.Late + 1).Select(state.HandOn).Where(after => after.Shown == operation.Seen)],
        RecycleStep.Leave => state.IsPresent ? [state, state with { IsPresent = false }] : [state],
        _ => state.HasRetired(operation.Add, operation.Seen) ? [state] : [],
    };

    int Shown => IsPresent ? CountOf(Lives - 1) : Absent;

    /// <summary>Whether so many of the lives that have ended came to that total. Those whose cells somebody may still hold are not retired yet.</summary>
    bool HasRetired(int lives, int total)
    {
        int ended = IsPresent ? Lives - 1 : Lives;
        for (int some = 0; some < 1 << ended; some++)
        {
            if (int.PopCount(some) == lives && Enumerable.Range(0, ended).Where(life => (some >> life & 1) != 0).Sum(CountOf) == total) return true;
        }
        return false;
    }

    int CountOf(int life) => (int)(Counts >> 8 * life & 0xFF);

    RecycleState Count(int life) => IsPresent && life == Lives - 1 ? this with { Counts = Counts + (1UL << 8 * life) } : this with { Late = Late + 1 };

    RecycleState HandOn(int late)
    {
        if (late == 0) return this;
        var to = IsPresent ? this : this with { Lives = Lives + 1, IsPresent = true };
        return to with { Late = Late - late, Counts = to.Counts + ((ulong)late << 8 * (to.Lives - 1)) };
    }

    RecycleState Claim(int add)
    {
        var found = IsPresent ? this : this with { Lives = Lives + 1, IsPresent = true };
        return found with { Claims = found.Claims | (ulong)(found.Lives - 1) << 4 * add };
    }
}

enum RecycleStep { Claim, Count, Read, Leave, Retire }

/// <summary>One step of an add or of a read.</summary>
/// <param name="Kind">An add finds its series and then counts; a read shows the series and may then let it go; the end knows what was retired.</param>
/// <param name="Add">Which add of the history it belongs to; of the end, how many lives were retired.</param>
/// <param name="Seen">What was shown, or retired.</param>
readonly record struct RecycleOperation(RecycleStep Kind, int Add, int Seen);
