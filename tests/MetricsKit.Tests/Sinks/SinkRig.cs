using System.Globalization;
using System.Text;

namespace MetricsKit.Tests.Sinks;

/// <summary>A sink's destination, new and empty, and what a test may do with it.</summary>
abstract class SinkRig : IAsyncDisposable
{
    /// <summary>Opens the sink on the destination: the first time, and again as a restarted process does after the sink was disposed of.</summary>
    public abstract IMetricSink Open();

    /// <summary>Everything that the destination holds, the samples of a series in the order in which they are stored. The sink may be open.</summary>
    public abstract ValueTask<IReadOnlyList<StoredSample>> ReadAsync();

    /// <summary>What can happen to the destination.</summary>
    public virtual IReadOnlyList<SinkFault> Faults => [];

    /// <summary>Lets one of the <see cref="Faults"/> happen, until <see cref="HealAsync"/>.</summary>
    public virtual ValueTask BreakAsync(SinkFault fault) => throw new NotSupportedException();

    /// <summary>The destination is as it was, with all that it held.</summary>
    public virtual ValueTask HealAsync() => throw new NotSupportedException();

    /// <summary>Whether a call has arrived in a destination that stalls or hangs, so that the test need not guess how long that takes.</summary>
    public virtual ValueTask<bool> IsHoldingAsync() => ValueTask.FromResult(true);

    /// <summary>What the destination is to hold of a sample: all of it, unless it has no word for kinds, a coarser clock or other names. Null: the sink refuses it for good.</summary>
    public virtual StoredSample? Expect(Sample sample) => StoredSample.Of(sample);

    /// <summary>The earliest timestamp that the destination knows.</summary>
    public virtual DateTime Earliest => DateTime.MinValue;

    /// <summary>The latest timestamp that the destination knows.</summary>
    public virtual DateTime Latest => DateTime.MaxValue;

    /// <summary>Whether <see cref="ReadAsync"/> can say in which order the samples of a series were stored.</summary>
    public virtual bool KeepsOrder => true;

    /// <summary>Whether a batch that is tried again is stored once, whatever happened to the first try.</summary>
    public virtual bool DropsDuplicates => false;

    /// <summary>Compares what was written with what is stored. A sink that aggregates compares totals instead.</summary>
    public virtual void Verify(SinkJournal journal, IReadOnlyList<StoredSample> stored)
    {
        Dictionary<StoredSample, (int Least, int Most, int Order)> expected = [];
        int order = 0;
        foreach (var (sample, least, most) in journal.Samples)
        {
            if (Expect(sample) is not { } wanted) continue;
            var (l, m, first) = expected.GetValueOrDefault(wanted, (0, 0, order));
            expected[wanted] = (l + least, m + (DropsDuplicates ? Math.Min(most, 1) : most), first);
            order++;
        }

        Dictionary<StoredSample, int> found = [];
        Dictionary<(string, SampleKind?, string), int> last = [];
        StringBuilder faults = new();
        foreach (var sample in stored)
        {
            if (!expected.TryGetValue(sample, out var wanted))
            {
                Say(faults, "invented", sample);
                continue;
            }
            found[sample] = found.GetValueOrDefault(sample) + 1;
            // A repetition may stand anywhere behind the first: it was an attempt that failed after it had stored something.
            if (!KeepsOrder || found[sample] > 1) continue;
            var series = (sample.Name, sample.Kind, sample.Tags);
            if (last.TryGetValue(series, out int before) && before > wanted.Order) Say(faults, "behind a later one", sample);
            last[series] = wanted.Order;
        }
        foreach (var (sample, (least, most, _)) in expected)
        {
            int times = found.GetValueOrDefault(sample);
            if (times < least) Say(faults, "missing", sample);
            if (times > most) Say(faults, string.Create(CultureInfo.InvariantCulture, $"{times} times there, at most {most} times tried"), sample);
        }
        if (faults.Length > 0) throw new SinkConformanceException($"{Sums("Written", expected.Where(static e => e.Value.Least > 0).Select(static e => e.Key))} {Sums("Stored", stored)}\n{faults}");
    }

    /// <summary>Removes what is left of the destination.</summary>
    public abstract ValueTask DisposeAsync();

    static void Say(StringBuilder to, string what, StoredSample sample)
    {
        const int Enough = 4000; // what a person reads of a message
        if (to.Length < Enough) to.Append(what).Append(": ").Append(sample).Append('\n');
    }

    static string Sums(string what, IEnumerable<StoredSample> samples)
    {
        var (count, sum, xor) = (0, 0.0, 0L);
        foreach (var sample in samples) (count, sum, xor) = (count + 1, sum + sample.Value, xor ^ sample.Bits);
        return string.Create(CultureInfo.InvariantCulture, $"{what}: {count} samples, sum {sum}, xor {xor:x16}.");
    }
}
