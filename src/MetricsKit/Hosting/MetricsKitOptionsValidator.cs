using Microsoft.Extensions.Options;

namespace MetricsKit;

/// <summary>Reports every fault of configuration and code at once, a sentence each.</summary>
/// <remarks>Written by hand: nearly every rule needs the catalogue or another option, which annotations cannot see.</remarks>
sealed class MetricsKitOptionsValidator(MetricsKitConfiguration configuration, MetricsKitRegistrations registrations, HostResource resource) : IValidateOptions<MetricsKitOptions>
{
    public ValidateOptionsResult Validate(string? name, MetricsKitOptions options)
    {
        InstrumentPolicy policy = new(options, registrations.Definitions);
        List<string> faults = [.. configuration.Errors, .. policy.Faults(), .. resource.Faults(options), .. DeliveryFaults.Of(options), .. ExporterWiring.Faults(options, registrations), .. registrations.Sinks.SelectMany(static s => DeliveryFaults.Of(s.Options, $"The sink {s.Name}"))];
        if (faults.Count == 0) return ValidateOptionsResult.Success;
        // Alone they are a warning of a host that starts; one that does not start would never give it, and a misspelt key is often why another is wrong.
        faults.AddRange(configuration.UnknownKeys.Select(static key => $"{key} is not known to the packages of MetricsKit that are installed, and sets nothing: correct or remove it."));
        return ValidateOptionsResult.Fail(faults);
    }
}
