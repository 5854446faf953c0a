using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MetricsKit;

/// <summary>A meter of the host: its definition, and how it is brought to life when the host starts.</summary>
sealed record MeterRegistration(MeterDefinition Definition, Action<IServiceCollection> AddTo, Action<IServiceProvider> Activate)
{
    internal static MeterRegistration Of<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TMeter>() where TMeter : class, ICatalogMeter =>
        new(TMeter.Definition, static services => services.TryAddSingleton<TMeter>(), static provider => provider.GetRequiredService<TMeter>());
}
