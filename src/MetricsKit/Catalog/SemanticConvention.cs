using System.Collections.Immutable;

namespace MetricsKit;

/// <summary>A row's twin in OpenTelemetry's semantic conventions: the same measurement under another name.</summary>
/// <param name="name">For example <c>process.cpu.time</c>.</param>
/// <param name="unit">The unit there, in UCUM.</param>
/// <param name="scale">What the row's values are multiplied with; 1 for whole numbers.</param>
/// <param name="tags">The attributes there, one for each of the row's keys, in their order.</param>
sealed class SemanticConvention(string name, string unit, double scale, params ImmutableArray<ConventionTag> tags)
{
    internal string Name => name;

    internal string Unit => unit;

    internal double Scale => scale;

    internal ImmutableArray<ConventionTag> Tags => tags;

    /// <summary>Whether the convention has as an up-down counter what the row has as a gauge, such as bytes in use: the number is the same.</summary>
    internal bool IsUpDown { get; init; }
}

/// <summary>An attribute of a twin.</summary>
/// <param name="Key">Its key there, for example <c>http.request.method</c>.</param>
/// <param name="IsNumber">Whether the convention has its values as whole numbers, such as a status code; a text that is none is left as it is.</param>
/// <param name="Before">What the convention has in front of the row's values, such as <c>gen</c> before the number of a generation.</param>
sealed record ConventionTag(string Key, bool IsNumber = false, string Before = "")
{
    /// <summary>The value there.</summary>
    internal string ValueOf(string value) => Before.Length == 0 ? value : Before + value;
}
