using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MetricsKit;

/// <summary>The key of a tag (a Prometheus label) together with the values it may take.</summary>
/// <remarks>
/// An open key takes any text, and its number of series is bounded by the row's <see cref="InstrumentDefinition.MaxSeries"/>.
/// A closed key takes the values of its list; anything else is recorded as <c>_OTHER</c>, so it can never explode.
/// </remarks>
public abstract class TagKey
{
    /// <summary>What a value outside a closed list, or an open value past the limit of series, is recorded as.</summary>
    public const string Other = "_OTHER";

    private protected TagKey(string name, ImmutableArray<string> values)
    {
        InstrumentNames.CheckTagKey(name);
        if (!AreDistinct(values.AsSpan()))
            throw new ArgumentException($"The values of the tag key '{name}' must be distinct and not empty, and '{Other}' is added by itself.", nameof(values));
        Name = name;
        Values = values;
    }

    /// <summary>The key in lower case, words separated by dots or underscores. Prometheus sees underscores.</summary>
    public string Name { get; }

    /// <summary>Empty: any text. Otherwise the closed list, without <c>_OTHER</c>.</summary>
    public ImmutableArray<string> Values { get; }

    /// <summary>Whether the values are a closed list.</summary>
    public bool IsClosed => !Values.IsEmpty;

    /// <summary>A key that takes any text. An empty text means that the series has no such tag.</summary>
    /// <param name="name">For example <c>type</c>.</param>
    /// <exception cref="ArgumentException">The name is not a valid tag key.</exception>
    public static TagKey<string> Open(string name) => new(name, []);

    /// <summary>A key that takes one of the given texts; anything else is recorded as <c>_OTHER</c>.</summary>
    /// <param name="name">For example <c>direction</c>.</param>
    /// <param name="values">At least one value.</param>
    /// <exception cref="ArgumentException">The name is not a valid tag key, or the values are empty, repeated or none.</exception>
    public static TagKey<string> OneOf(string name, params ReadOnlySpan<string> values) =>
        values.IsEmpty ? throw new ArgumentException($"The tag key '{name}' is closed and needs at least one value.", nameof(values)) : new(name, [.. values]);

    /// <summary>A key whose values are the members of an enumeration: a dense index, no hashing, and zero values for free.</summary>
    /// <param name="name">For example <c>severity</c>.</param>
    /// <param name="valuesInOrder">The text of each member, in the order of their numbers, which are 0, 1, 2 and so on.</param>
    /// <exception cref="ArgumentException">The name is not a valid tag key, the members are not numbered from 0 without gaps, or the texts do not match them one to one.</exception>
    public static TagKey<TEnum> OfEnum<TEnum>(string name, params ReadOnlySpan<string> valuesInOrder) where TEnum : struct, Enum
    {
        int members = CountMembers(typeof(TEnum), name);
        if (members != valuesInOrder.Length || members == 0)
            throw new ArgumentException($"The tag key '{name}' needs one text for each of the {members} members of {typeof(TEnum).Name}.", nameof(valuesInOrder));
        return new(name, [.. valuesInOrder]);
    }

    /// <summary><see cref="OfEnum"/> for the keys of the catalogue, whose members are counted by a test: to look at enumerations costs a start milliseconds.</summary>
    internal static TagKey<TEnum> OfMembers<TEnum>(string name, params string[] valuesInOrder) where TEnum : struct, Enum => new(name, ImmutableCollectionsMarshal.AsImmutableArray(valuesInOrder));

    /// <summary><see cref="OneOf(string, ReadOnlySpan{string})"/> for the keys of the catalogue: a span of texts has code of its own for each length, which is compiled at each start.</summary>
    [OverloadResolutionPriority(1)]
    internal static TagKey<string> OneOf(string name, params string[] values) => OneOf(name, values.AsSpan());

    /// <summary>The text as it is exported: a member of the closed list or <c>_OTHER</c>; for an open key the sanitised text.</summary>
    internal string Sanitise(string? value, out bool truncated)
    {
        truncated = false;
        if (!IsClosed) return TagText.Sanitise(value, out truncated);
        foreach (string known in Values)
        {
            if (known == value) return known;
        }
        return Other;
    }

    /// <summary>The text of a closed key's dense index; the index behind the last is <c>_OTHER</c>.</summary>
    internal string TextAt(int ordinal) => (uint)ordinal < (uint)Values.Length ? Values[ordinal] : Other;

    /// <summary>By hand, as it is asked for every key at the start of a process, and the lists are short.</summary>
    static bool AreDistinct(ReadOnlySpan<string> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (string.IsNullOrEmpty(values[i]) || values[i] == Other) return false;
            for (int j = 0; j < i; j++)
            {
                if (values[i] == values[j]) return false;
            }
        }
        return true;
    }

    /// <summary>How many members an enumeration has, when they are numbered as they must be. Not generic, so that it is compiled once at start and not for each enumeration.</summary>
    static int CountMembers(Type type, string name)
    {
        var members = Enum.GetValuesAsUnderlyingType(type);
        var numbers = members as int[]; // those of nearly all, which need no arithmetic that the start has to load
        for (int i = 0; i < members.Length; i++)
        {
            // A decimal holds the numbers of every enumeration, whatever its size and sign.
            if (numbers is not null ? numbers[i] != i : Convert.ToDecimal(members.GetValue(i), CultureInfo.InvariantCulture) != i)
                throw new ArgumentException($"The members of {type.Name} must be numbered 0, 1, 2 and so on to be values of the tag key '{name}'.", nameof(name));
        }
        return members.Length;
    }
}
