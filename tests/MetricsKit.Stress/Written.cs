namespace MetricsKit.Stress;

/// <summary>What threads are about to write, lane by lane: written down before the call, so that a reader never sees more than stands here.</summary>
sealed class Written(int lanes)
{
    /// <summary>Stands for series that are followed one by one elsewhere.</summary>
    public const int Elsewhere = 15;

    readonly Ledger[] _lanes = [.. Enumerable.Range(0, lanes).Select(static _ => new Ledger())];

    public Ledger Of(int lane) => _lanes[lane];

    public long Sum(Func<Ledger, long> what) => _lanes.Sum(what);

    /// <summary>One lane's; its threads follow each other, so that one writes at a time.</summary>
    public sealed class Ledger
    {
        readonly long[] _series = new long[Recycling.Series], _bound = new long[16];
        long _counts, _measurements, _sums;

        public long Counts => Volatile.Read(ref _counts);

        public long Measurements => Volatile.Read(ref _measurements);

        public long Sums => Volatile.Read(ref _sums);

        public long At(int series) => Volatile.Read(ref _series[series]);

        public long BoundAt(int series) => Volatile.Read(ref _bound[series]);

        public void Count(long amount, int series)
        {
            Volatile.Write(ref _series[series], _series[series] + amount);
            Interlocked.Exchange(ref _counts, _counts + amount); // a full fence: before the call whatever the processor does
        }

        public void CountBound(long amount, int series)
        {
            Volatile.Write(ref _bound[series], _bound[series] + amount);
            Interlocked.Exchange(ref _counts, _counts + amount);
        }

        public void Measure(long value)
        {
            Volatile.Write(ref _sums, _sums + value);
            Interlocked.Exchange(ref _measurements, _measurements + 1);
        }
    }
}
