namespace MetricsKit.Testing;

/// <summary>
/// Whether the calls of a concurrent history could have taken effect one at a time, each between its beginning and its return:
/// the search of Wing and Gong (1993), which forgets no state that it has met with the same calls done (Lowe, 2017).
/// </summary>
public static class Linearisability
{
    // A bit for each call. The search is exponential at worst, so histories are short anyway.
    const int MostCalls = 64;

    /// <summary>One order, by places in the history, that explains every answer; null when there is none.</summary>
    /// <param name="history">The calls, in any order.</param>
    /// <param name="initial">The state before all of them.</param>
    /// <param name="step">The state after an operation, or null where the operation cannot have had its answer.</param>
    public static IReadOnlyList<int>? OrderOf<TOperation, TState>(IReadOnlyList<HistoryCall<TOperation>> history, TState initial, Func<TState, TOperation, TState?> step)
        where TState : struct, IEquatable<TState> =>
        OrderOf<TOperation, TState>(history, initial, (state, operation) => step(state, operation) is { } next ? [next] : []);

    /// <summary>The same, where an operation may have one of several effects.</summary>
    /// <param name="history">The calls, in any order.</param>
    /// <param name="initial">The state before all of them.</param>
    /// <param name="steps">The states that an operation may lead to; none where it cannot have had its answer.</param>
    public static IReadOnlyList<int>? OrderOf<TOperation, TState>(IReadOnlyList<HistoryCall<TOperation>> history, TState initial, Func<TState, TOperation, TState[]> steps)
        where TState : struct, IEquatable<TState>
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(history.Count, MostCalls, nameof(history));
        HashSet<(ulong Done, TState State)> met = [];
        var order = new List<int>();
        return Search(0, initial) ? order : null;

        bool Search(ulong done, TState state)
        {
            if (order.Count == history.Count)
            {
                return true;
            }

            if (!met.Add((done, state)))
            {
                return false;
            }

            // Whoever began after another returned comes after it.
            var firstReturn = Enumerable.Range(0, history.Count).Where(i => !Has(done, i)).Min(i => history[i].Returned);
            for (var i = 0; i < history.Count; i++)
            {
                var call = history[i];
                if (Has(done, i) || call.Began > firstReturn || (call.After >= 0 && !Has(done, call.After)))
                {
                    continue;
                }

                order.Add(i);
                if (Array.Exists(steps(state, call.Operation), next => Search(done | (1UL << i), next)))
                {
                    return true;
                }

                order.RemoveAt(order.Count - 1);
            }

            return false;
        }
    }

    static bool Has(ulong done, int call) => (done >> call & 1) != 0;
}
