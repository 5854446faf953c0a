using System.Collections.Immutable;

namespace MetricsKit;

/// <summary>A row's twin in OpenTelemetry's semantic conventions: the same measurement under another name.</summary>
/// <param name="Name">For example <c>process.cpu.time</c>.</param>
/// <param name="Unit">The unit there, in UCUM.</param>
/// <param name="Scale">What the row's values are multiplied with; 1 for whole numbers.</param>
/// <param name="Tags">The attributes there, one for each of the row's keys, in their order.</param>
sealed record SemanticConvention(string Name, string Unit, double Scale, params ImmutableArray<ConventionTag> Tags);

/// <summary>An attribute of a twin.</summary>
/// <param name="Key">Its key there, for example <c>http.request.method</c>.</param>
/// <param name="IsNumber">Whether the convention has its values as whole numbers, such as a status code; a text that is none is left as it is.</param>
sealed record ConventionTag(string Key, bool IsNumber = false);
