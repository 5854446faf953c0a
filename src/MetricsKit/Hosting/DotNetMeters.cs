using System.Collections.Immutable;

namespace MetricsKit;

/// <summary>The meters of .NET and of ASP.NET Core themselves, selected together by one word.</summary>
/// <remarks>
/// Those that OpenTelemetry.Instrumentation.Runtime, .AspNetCore (1.15) and .Http select on .NET 10, and Microsoft.AspNetCore.HeaderParsing, which Microsoft's list of
/// built-in metrics has beside them. Selecting a meter that the program does not have costs nothing.
/// </remarks>
static class DotNetMeters
{
    /// <summary>What stands for all of them under <c>MetricsKit:Meters</c>.</summary>
    internal const string Word = "dotnet";

    internal static ImmutableArray<string> Names { get; } =
    [
        "System.Runtime",
        "System.Net.Http",
        "System.Net.NameResolution",
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel",
        "Microsoft.AspNetCore.Http.Connections",
        "Microsoft.AspNetCore.Routing",
        "Microsoft.AspNetCore.Diagnostics",
        "Microsoft.AspNetCore.RateLimiting",
        "Microsoft.AspNetCore.HeaderParsing",
        "Microsoft.AspNetCore.Components",
        "Microsoft.AspNetCore.Components.Lifecycle",
        "Microsoft.AspNetCore.Components.Server.Circuits",
        "Microsoft.AspNetCore.Authentication",
        "Microsoft.AspNetCore.Authorization",
        "Microsoft.AspNetCore.Identity",
        "Microsoft.AspNetCore.MemoryPool",
    ];

    /// <summary>The patterns with the names in the place of the word.</summary>
    internal static IEnumerable<string> Expand(IEnumerable<string> patterns) =>
        patterns.SelectMany(static p => p.Equals(Word, StringComparison.OrdinalIgnoreCase) ? Names : [p]);
}
