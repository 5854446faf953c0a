namespace MetricsKit.Tests.Histories;

/// <summary>A counter with room for a few series, one thing after another.</summary>
/// <param name="Kept">Which labels have a series, a bit each.</param>
/// <param name="Folded">Which of the adds that are under way go to the overflow, a bit each.</param>
/// <param name="Counts">The totals, a byte for each label and one for the overflow.</param>
readonly record struct FoldState(int Kept, int Folded, ulong Counts)
{
    /// <summary>The place of the overflow among the labels.</summary>
    public const int Overflow = 7;

    public static FoldState? Step(FoldState state, FoldOperation operation, int maxSeries)
    {
        int label = 1 << operation.Label, add = 1 << operation.Add;
        return operation.Kind switch
        {
            FoldStep.Claim when (state.Kept & label) != 0 => state,
            FoldStep.Claim when int.PopCount(state.Kept) < maxSeries => state with { Kept = state.Kept | label },
            FoldStep.Claim => state with { Folded = state.Folded | add },
            FoldStep.Count => state with { Counts = state.Counts + (1UL << 8 * ((state.Folded & add) != 0 ? Overflow : operation.Label)) },
            _ => (int)(state.Counts >> 8 * operation.Label & 0xFF) == operation.Seen ? state : null,
        };
    }
}

enum FoldStep { Claim, Count, Read }

/// <summary>One step of an add or of a read.</summary>
/// <param name="Kind">An add first finds its series and then counts.</param>
/// <param name="Label">The label, or the overflow.</param>
/// <param name="Add">Which add of the history it belongs to.</param>
/// <param name="Seen">What a read saw; what is not there is 0.</param>
readonly record struct FoldOperation(FoldStep Kind, int Label, int Add, int Seen);
