namespace MetricsKit.Tests.Sinks;

/// <summary>What a test has asked of a sink: each batch, how often it was tried, and whether the sink said that it has it.</summary>
sealed class SinkJournal
{
    readonly List<Entry> _entries = [];
    long _next;

    /// <summary>Each sample that was ever tried, in order, with how often it must and may be stored.</summary>
    public IEnumerable<(Sample Sample, int Least, int Most)> Samples
    {
        get
        {
            foreach (var entry in _entries)
            {
                foreach (var sample in entry.Original) yield return (sample, entry.Acknowledged ? 1 : 0, entry.Attempts);
            }
        }
    }

    /// <summary>A batch that comes after all others, numbered as a recorder numbers.</summary>
    public Entry Add(Sample[] samples)
    {
        Entry entry = new(samples, _next);
        _next += samples.Length;
        _entries.Add(entry);
        return entry;
    }

    /// <summary>A batch, and what became of it.</summary>
    public sealed class Entry(Sample[] samples, long firstSequence)
    {
        int _attempts;

        /// <summary>The very object that is handed to the sink each time; its array is <see cref="Lent"/>.</summary>
        public SampleBatch Batch { get; } = new(samples, samples.Length, firstSequence);

        /// <summary>What the batch held when it was made.</summary>
        public Sample[] Original { get; } = [.. samples];

        /// <summary>The memory that a recorder takes back after the call.</summary>
        public Sample[] Lent => samples;

        public int Attempts => Volatile.Read(ref _attempts);

        public bool Acknowledged { get; set; }

        public void Attempt() => Interlocked.Increment(ref _attempts);
    }
}
