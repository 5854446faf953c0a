namespace MetricsKit;

/// <summary>The series that a handle is asked for, and the handle if there is one already.</summary>
/// <param name="Place">Where the series is.</param>
/// <param name="Handle">The handle that was made before.</param>
/// <param name="Spoken">The texts of the call where a view records others; null: the series' labels.</param>
readonly record struct SeriesBinding(SeriesPlace Place, object? Handle, string[]? Spoken)
{
    /// <summary>Keeps a new handle, so that binding twice costs nothing more; who comes second gets the first one's.</summary>
    internal object Keep(object handle)
    {
        if (Place.Block is not { } block) return handle;
        return Spoken is null ? block.KeepHandle(Place.At, handle) : ((SpokenHandles)block.KeepHandle(Place.At, new SpokenHandles())).Keep(Spoken, handle);
    }

    /// <summary>The tags that a listener of the process is given: those of the call, whatever a view makes of them here.</summary>
    internal KeyValuePair<string, object?>[] TagsOn(Instrument on)
    {
        if (Spoken is null) return InnerInstrument.TagsOf(on, Place);
        List<KeyValuePair<string, object?>> tags = [];
        for (int k = 0; k < Spoken.Length; k++)
        {
            if (Spoken[k].Length > 0) tags.Add(new(on.Definition.TagKeys[k].Name, Spoken[k]));
        }
        return [.. tags];
    }
}

/// <summary>The handles of one series by the texts that they were bound with, where a view makes one series of several.</summary>
sealed class SpokenHandles
{
    /// <summary>Most handles that are kept for a series. Chosen above what a program binds on purpose: past it a tag of many values was left out, and each call gets a handle of its own.</summary>
    const int Most = 64;

    // Replaced by a longer copy under this object's monitor, read without.
    KeyValuePair<string[], object>[] _all = [];

    internal object? Find(ReadOnlySpan<string> spoken)
    {
        foreach (var (texts, handle) in Volatile.Read(ref _all)) // I2: the entries before the array
        {
            if (spoken.SequenceEqual(texts)) return handle;
        }
        return null;
    }

    internal object Keep(string[] spoken, object handle)
    {
        lock (this)
        {
            if (Find(spoken) is { } first) return first;
            if (_all.Length < Most) Volatile.Write(ref _all, [.. _all, new(spoken, handle)]); // I2
            return handle;
        }
    }
}
