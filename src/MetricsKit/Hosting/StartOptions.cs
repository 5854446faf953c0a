using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MetricsKit;

/// <summary>The options that a host starts with, made when somebody asks first, and again for who asks after a fault.</summary>
/// <remarks>As the container makes options, but by calls: to have it look at the constructors of its generic types costs a start more than the options do.</remarks>
sealed class StartOptions(IServiceProvider provider) : IOptions<MetricsKitOptions>
{
    readonly Lock _making = new();
    volatile MetricsKitOptions? _made;

    public MetricsKitOptions Value
    {
        get
        {
            if (_made is { } made) return made;
            lock (_making) return _made ??= new Factory(provider).Create(Options.DefaultName);
        }
    }

    sealed class Factory(IServiceProvider provider) : OptionsFactory<MetricsKitOptions>(
        provider.GetServices<IConfigureOptions<MetricsKitOptions>>(), provider.GetServices<IPostConfigureOptions<MetricsKitOptions>>(), provider.GetServices<IValidateOptions<MetricsKitOptions>>())
    {
        protected override MetricsKitOptions CreateInstance(string name) => new();
    }
}
