using System.Runtime.CompilerServices;

namespace MetricsKit;

public static partial class Define
{
    /// <summary>Texts that do not change while the host runs, such as a version: <c>info</c> in OpenMetrics. The exported name ends in <c>_info</c>.</summary>
    /// <param name="name">For example <c>app.build</c>, exported as <c>app_build_info</c>.</param>
    /// <param name="description">A full sentence.</param>
    /// <param name="keys">The keys of the texts; any number of them.</param>
    /// <exception cref="ArgumentException">The name is not an instrument name, there is no key, or two keys have one name.</exception>
    public static InstrumentDefinition<InfoInstrument> Info(string name, string description, params ReadOnlySpan<TagKey<string>> keys) => Info(name, description, [.. keys]);

    /// <inheritdoc cref="Info(string, string, ReadOnlySpan{TagKey{string}})"/>
    [OverloadResolutionPriority(1)] // for the catalogue: a span of keys has code of its own for each length, which is compiled at each start
    internal static InstrumentDefinition<InfoInstrument> Info(string name, string description, params TagKey<string>[] keys)
    {
        if (keys.Length == 0) throw new ArgumentException($"'{name}' has no key, and an information is in its tags: give it one, such as TagKey.Open(\"version\").", nameof(keys));
        return new(name, InstrumentKind.Gauge, "", description, [.. keys], static (row, context) => new(row, context)) { IsInfo = true };
    }
}
