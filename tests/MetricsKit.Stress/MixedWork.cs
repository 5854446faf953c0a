namespace MetricsKit.Stress;

/// <summary>One recording thread: a mixture of every kind of call, each of them written down in the thread's own tally.</summary>
sealed class MixedWork(StressMetrics on, SecondHost second, SharedCount grown, ulong seed)
{
    // The first of so many calls makes the series, often two threads at once; the others find it.
    const int CallsOfANewSeries = 16;

    readonly CounterSeries _plain = on.Plain.Bind();
    readonly CounterSeries[] _tagged = [.. MixedTally.Labels.Select(label => on.Tagged.Bind(label, label))];
    readonly UpDownCounterSeries _level = on.Level.Bind(MixedTally.Labels[0]);
    readonly HistogramSeries _size = on.Sizes.Bind(MixedTally.Labels[0]);
    ulong _state = seed * 0x9E3779B97F4A7C15 + 1;

    public MixedTally Tally { get; } = new();

    public static string FirstName(int i) => $"first{i}";

    public static string GrowingName(int i) => $"grown{i}";

    public void Do(int operations)
    {
        for (int i = 0; i < operations; i++) One(Next());
        Tally.Attempted += operations;
    }

    void One(ulong random)
    {
        int a = (int)(random >> 8 & 7), b = (int)(random >> 11 & 7), value = (int)(random >> 14 & 63);
        string label = MixedTally.Labels[a];
        switch (random & 15)
        {
            case 0: _plain.Add(); Tally.Plain++; break;
            case 1: on.Plain.Add(2); Tally.Plain += 2; break;
            case 2 or 3 or 4: on.Tagged.Add(value, label, MixedTally.Labels[b]); Tally.Tagged[a * MixedTally.Texts + b] += value; break;
            case 5: _tagged[a].Add(value); Tally.Tagged[a * MixedTally.Texts + a] += value; break;
            case 6: on.Closed.Add(1, (Severity)(b % 3), MixedTally.Verbs[a & 1]); Tally.Closed[b % 3 * 2 + (a & 1)]++; break;
            case 7: on.Level.Add(value - 32, label); Tally.Level[a] += value - 32; break;
            case 8: _level.Add(32 - value); Tally.Level[0] += 32 - value; break;
            case 9 or 10: on.Sizes.Record(value, label); Tally.Sizes[a * MixedTally.Values + value]++; break;
            case 11: _size.Record(value); Tally.Sizes[value]++; break;
            case 12: on.Units.Record(1, label); Tally.Units[a]++; break;
            case 13: on.Fractions.Record(0.1, label); Tally.Tenths[a]++; break;
            case 14: on.Heat.Set(value, label); Tally.Sets[a]++; break;
            default: Rare((int)(random >> 20 & 63), random, a, label); return;
        }
        Tally.Accepted++;
    }

    void Rare(int what, ulong random, int a, string label)
    {
        switch (what)
        {
            case < 12: Fold(random); break;
            case < 16: FoldByHandle(random); break;
            case < 26: Refuse(what, label); return;
            case < 36: Grow(); break;
            case < 40: on.Passing.Add((long)(random >> 30 & 1023), $"passing{random >> 40 & 255}"); Tally.Passing += (long)(random >> 30 & 1023); break;
            case < 44: on.Tagged.Bind(label, label).Add(1); Tally.Tagged[a * MixedTally.Texts + a]++; break;
            case < 48: on.Folding.Add(1, FirstName((int)(random >> 30) & (StressMetrics.FoldingSeries - 1)), Severity.Warning); Tally.Folding[random >> 30 & (StressMetrics.FoldingSeries - 1)]++; break;
            default: second.Record(); Tally.Elsewhere++; return;
        }
        Tally.Accepted++;
    }

    void Fold(ulong random)
    {
        int severity = (int)(random >> 30 & 0xFFFF) % 3;
        on.Folding.Add(1, $"late{random >> 46 & 1023}", (Severity)severity);
        Tally.Folded[severity]++;
        Tally.FoldedCalls++;
    }

    /// <summary>A binding past the limit is one fold, however often its handle is used.</summary>
    void FoldByHandle(ulong random)
    {
        int severity = (int)(random >> 30 & 0xFFFF) % 3;
        var folded = on.Folding.Bind($"late{random >> 46 & 1023}", (Severity)severity);
        folded.Add(3);
        folded.Add(4);
        Tally.Folded[severity] += 7;
        Tally.FoldedCalls++;
    }

    void Refuse(int what, string label)
    {
        switch (what & 7)
        {
            case 0: on.Sizes.Record(double.NaN, label); Tally.NotFinite++; break;
            case 1: _size.Record(double.PositiveInfinity); Tally.NotFinite++; break;
            case 2: on.Heat.Set(double.NegativeInfinity, label); Tally.NotFinite++; break;
            case 3: on.Tagged.Add(-1, label, label); Tally.Negative++; break;
            case 4: _plain.Add(-7); Tally.Negative++; break;
            case 5: on.Closed.Add(long.MinValue, Severity.Critical, "put"); Tally.Negative++; break;
            default: on.Heat.Set(1, "past the limit"); Tally.PastLimit++; break;
        }
    }

    /// <summary>New series all the time, each of them hit by several threads at once.</summary>
    void Grow()
    {
        int series = grown.Next() / CallsOfANewSeries;
        on.Growing.Add(series + 1, GrowingName(series));
        Tally.Growing[series] = Tally.Growing.GetValueOrDefault(series) + series + 1;
    }

    ulong Next()
    {
        _state ^= _state << 13;
        _state ^= _state >> 7;
        return _state ^= _state << 17;
    }
}

/// <summary>A number that threads draw from.</summary>
sealed class SharedCount
{
    int _next = -1;

    public int Next() => Interlocked.Increment(ref _next);

    public int Drawn => Volatile.Read(ref _next) + 1;
}
