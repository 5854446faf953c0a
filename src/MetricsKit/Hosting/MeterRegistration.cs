using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MetricsKit;

/// <summary>A meter of the host: its definition, and how it is brought to life when the host starts.</summary>
sealed record MeterRegistration(MeterDefinition Definition, Action<IServiceCollection> AddTo, Action<IServiceProvider> Activate)
{
    /// <summary>A meter that the container makes, with whatever it asks for.</summary>
    internal static MeterRegistration Of<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TMeter>() where TMeter : class, ICatalogMeter =>
        new(TMeter.Definition, static services => services.TryAddSingleton<TMeter>(), static provider => provider.GetRequiredService<TMeter>());

    /// <summary>A meter that asks for its instruments alone: the container need not look at its constructor.</summary>
    /// <remarks>It is given the definition, as code that asks a type parameter for it is compiled at each start.</remarks>
    internal static MeterRegistration Of<TMeter>(MeterDefinition definition, Func<Instruments<TMeter>, TMeter> make) where TMeter : class, ICatalogMeter =>
        new(definition, services => services.TryAddSingleton(provider => make(new(provider.GetRequiredService<InstrumentRegistry>().Open(definition)))), static provider => provider.GetRequiredService<TMeter>());
}
