using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace MetricsKit;

/// <summary>The tag keys that the series of one instrument have carried: how each is exported, and how it was spelled first.</summary>
/// <remarks>
/// I10: two keys that are exported under one name are one key, so that no two series of a family ever have the same labels. Keys are only added,
/// under a lock; a key that is known, or that there is no room for, costs a search and no lock.
/// I8: as with series, the last spellings are kept back for keys that come again and again, so that keys which are made up do not take all.
/// </remarks>
/// <param name="sightings">Who remembers keys that had no room.</param>
/// <param name="salt">Tells the instrument's keys from those of others.</param>
sealed class DynamicKeys(SeriesBudget sightings, ulong salt)
{
    /// <summary>Most spellings of keys. Chosen far above what anybody means to have: past it keys are made up, and their series fold.</summary>
    internal const int Most = 1024;

    readonly ConcurrentDictionary<string, Key> _bySpelling = new(concurrencyLevel: 1, capacity: 8, StringComparer.Ordinal);

    /// <summary>Held while a key is added.</summary>
    internal readonly Lock Learning = new();

    volatile int _count;

    /// <summary>A key as it was spelled first, and its label name.</summary>
    sealed record Key(string Name, string Exported);

    /// <summary>Keys and values by turns, in the order of the label names; of equal keys the last wins.</summary>
    /// <param name="tags">Sanitised tags, none of them empty.</param>
    /// <param name="to">Room for two texts a tag.</param>
    /// <returns>How many texts were written; -1 when there are more keys than a family can have.</returns>
    internal int Arrange(ReadOnlySpan<KeyValuePair<string, string>> tags, Span<string> to)
    {
        int length = 0;
        foreach (var (spelling, value) in tags)
        {
            if (Find(spelling) is not { } key) return -1;
            int at = length;
            int order = 1;
            for (; at > 0 && (order = string.CompareOrdinal(key.Exported, _bySpelling[to[at - 2]].Exported)) < 0; at -= 2) { }
            if (at > 0 && order == 0)
            {
                to[at - 1] = value;
                continue;
            }
            to[at..length].CopyTo(to[(at + 2)..]);
            (to[at], to[at + 1]) = (key.Name, value);
            length += 2;
        }
        return length;
    }

    Key? Find(string spelling)
    {
        var room = SeriesBudget.RoomOf(_count, Most); // I8: before the search, or a key that another thread learns meanwhile would be missed
        if (_bySpelling.TryGetValue(spelling, out var known)) return known;
        if (room == SeriesRoom.KeptBack && sightings.SeesOften((uint)spelling.GetHashCode() ^ salt)) room = SeriesRoom.Open;
        return room == SeriesRoom.Open ? Learn(spelling) : null;
    }

    Key? Learn(string spelling)
    {
        lock (Learning)
        {
            if (_bySpelling.TryGetValue(spelling, out var known)) return known;
            if (_count >= Most) return null;
            _count++;
            string exported = PrometheusName.OfTextTag(spelling);
            foreach (var (_, key) in _bySpelling)
            {
                if (key.Exported == exported) return _bySpelling[spelling] = key;
            }
            return _bySpelling[spelling] = new(spelling, exported);
        }
    }
}

/// <summary>Keys and values by turns of a series that carries its own keys.</summary>
[InlineArray(2 * MaxTags)]
struct TagPairs
{
    /// <summary>As many as a recorded series may have.</summary>
    internal const int MaxTags = 32;

    string _first;
}
