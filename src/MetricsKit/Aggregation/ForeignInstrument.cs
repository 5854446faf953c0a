using System.Runtime.CompilerServices;

namespace MetricsKit;

/// <summary>What makes two instruments of the process one: they feed the same series.</summary>
/// <param name="Meter">The meter's name.</param>
/// <param name="Name">The instrument's name.</param>
/// <param name="Kind">What it measures.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Storage">Where its values are.</param>
/// <param name="IsObserved">Whether a callback reports them.</param>
readonly record struct ForeignIdentity(string Meter, string Name, InstrumentKind Kind, string Unit, SeriesStorage Storage, bool IsObserved);

/// <summary>The series of an ordinary instrument that somebody else made and the user selected.</summary>
sealed class ForeignInstrument : Instrument
{
    /// <summary>As many tags as nearly all measurements have at most.</summary>
    const int FewTags = 8;

    readonly DynamicKeys _keys;
    readonly TagView? _view;
    volatile MeterScope _scope;

    internal ForeignInstrument(ForeignIdentity identity, MeterScope scope, DynamicDefinition row, InstrumentContext context) : base(row, context, identity.Storage)
    {
        Identity = identity;
        _scope = scope;
        StartTime = Registry.Time.GetUtcNow();
        _view = context.Settings.Tags;
        _keys = new(Registry.Budget, Salt);
        if (identity.IsObserved) Observations = new(this);
    }

    internal ForeignIdentity Identity { get; }

    /// <summary>What the meters whose instruments feed it have in common.</summary>
    internal MeterScope Scope => _scope;

    /// <summary>What the callbacks report; null for an instrument that is recorded into.</summary>
    internal ForeignObservations? Observations { get; }

    /// <summary>How many instruments of the process feed it; guarded by who owns it.</summary>
    internal int Sources { get; private set; }

    /// <summary>One that fed it has gone; whether that was the last one. Guarded likewise.</summary>
    internal bool RemoveSource() => --Sources == 0;

    /// <summary>Whether a snapshot was taken since the last of them has gone; guarded by who owns it.</summary>
    internal bool WasShown { get; set; }

    /// <summary>How many series it had when the last of them went; guarded by who owns it.</summary>
    internal int LeavesWith { get; set; }

    /// <summary>Is fed by another instrument from now on, alone if no other is left; guarded by who owns it.</summary>
    internal void AddSource(MeterScope scope) => _scope = Sources++ == 0 ? scope : _scope.In(scope);

    /// <summary>Goes on with another table, since too many series of the one before have gone. Only for what callbacks report: nobody else holds a place in it.</summary>
    internal void Renew(SeriesTable fresh) => Table = fresh;

    /// <summary>The series of a measurement's tags, or the one that it folds into at the limit (I8).</summary>
    /// <param name="own">Tags of the instrument and its meter, which the measurement's own win over.</param>
    /// <param name="tags">The measurement's tags.</param>
    /// <param name="folded">Whether the series stands for others.</param>
    internal SeriesPlace Resolve(ReadOnlySpan<KeyValuePair<string, object?>> own, ReadOnlySpan<KeyValuePair<string, object?>> tags, out bool folded)
    {
        int most = own.Length + tags.Length;
        if (most > FewTags) return ResolveMany(own, tags, most, out folded);
        GivenTags given = default; // the room is cleared at each call: little of it
        TagTexts pairs = default;
        return Resolve(own, tags, given, pairs, out folded);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    SeriesPlace ResolveMany(ReadOnlySpan<KeyValuePair<string, object?>> own, ReadOnlySpan<KeyValuePair<string, object?>> tags, int most, out bool folded)
    {
        ManyGivenTags some = default;
        TagPairs somePairs = default;
        Span<KeyValuePair<string, string>> given = most <= TagPairs.MaxTags ? some : new KeyValuePair<string, string>[most];
        return Resolve(own, tags, given, most <= TagPairs.MaxTags ? somePairs : new string[2 * most], out folded);
    }

    SeriesPlace Resolve(ReadOnlySpan<KeyValuePair<string, object?>> own, ReadOnlySpan<KeyValuePair<string, object?>> tags, Span<KeyValuePair<string, string>> given, Span<string> pairs, out bool folded)
    {
        int count = 0;
        Sanitise(own, given, ref count);
        Sanitise(tags, given, ref count);
        int length = _keys.Arrange(given[..count], pairs);
        if (length >= 0) return Place(pairs[..length], out folded);
        folded = true;
        return Table!.Fold([]);
    }

    /// <summary>I10: texts as they are exported; what is empty or has no key is left out.</summary>
    void Sanitise(ReadOnlySpan<KeyValuePair<string, object?>> tags, Span<KeyValuePair<string, string>> to, ref int count)
    {
        foreach (var (key, value) in tags)
        {
            if (string.IsNullOrEmpty(key)) continue;
            string text = TagText.Sanitise(TextOf(value), out bool truncated);
            if (truncated) Registry.Ledger.Count(LedgerEntry.TruncatedTag);
            string name = TagText.Sanitise(key, out _);
            if (text.Length > 0 && _view is { } view) text = view.Apply(name, text);
            // An empty value of a key that came before, too, is the last one: the tag is left out (I10).
            if (text.Length > 0) to[count++] = new(name, text);
            else Remove(name, to, ref count);
        }
    }

    static void Remove(string name, Span<KeyValuePair<string, string>> from, ref int count)
    {
        for (int i = count - 1; i >= 0; i--)
        {
            if (from[i].Key != name) continue;
            from[(i + 1)..count].CopyTo(from[i..]);
            count--;
        }
    }

    /// <summary>I11: what the value's own code throws is the measurement's loss of one tag, counted, and not the caller's.</summary>
    string? TextOf(object? value)
    {
        try { return TagText.OfValue(value); }
        catch (Exception)
        {
            CountListenerError();
            return null;
        }
    }

    [InlineArray(FewTags)]
    struct GivenTags
    {
        KeyValuePair<string, string> _first;
    }

    [InlineArray(2 * FewTags)]
    struct TagTexts
    {
        string _first;
    }

    [InlineArray(TagPairs.MaxTags)]
    struct ManyGivenTags
    {
        KeyValuePair<string, string> _first;
    }
}
