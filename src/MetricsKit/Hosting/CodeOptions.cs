using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MetricsKit;

/// <summary>What code sets, after configuration has.</summary>
/// <remarks>As <c>services.Configure</c> does; its classes are not compiled ahead of time, and ours are.</remarks>
sealed class CodeOptions(Action<MetricsKitOptions> configure) : IConfigureOptions<MetricsKitOptions>
{
    internal static void AddTo(IServiceCollection services, Action<MetricsKitOptions> configure) => services.AddSingleton<IConfigureOptions<MetricsKitOptions>>(new CodeOptions(configure));

    public void Configure(MetricsKitOptions options) => configure(options);
}
