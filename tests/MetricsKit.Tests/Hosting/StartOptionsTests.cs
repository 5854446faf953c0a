using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace MetricsKit.Tests.Hosting;

public sealed class StartOptionsTests
{
    [Fact]
    public void Value_AfterAFault_IsMadeAgainAndThenKept()
    {
        int most = 0;
        ServiceCollection services = new();
        services.AddMetricsKit(o => o.Limits.MaxSeries = most);
        using var provider = services.BuildServiceProvider();
        var options = provider.GetRequiredService<IOptions<MetricsKitOptions>>(); // to ask for them is no fault yet

        Assert.Contains("MetricsKit:Limits:MaxSeries", Assert.Throws<OptionsValidationException>(() => options.Value).Message, StringComparison.Ordinal);
        most = 5;
        Assert.Equal(5, options.Value.Limits.MaxSeries);
        Assert.Same(options.Value, provider.GetRequiredService<IOptions<MetricsKitOptions>>().Value);
    }

    [Fact]
    public void Value_WithOptionsSetByTheContainersOwnMeans_HasThemInTheirOrder()
    {
        ServiceCollection services = new();
        services.AddMetricsKit(static o => o.Prefix = "first");
        services.Configure<MetricsKitOptions>(static o => o.Prefix += "_second");
        services.AddMetricsKit(static o => o.Prefix += "_third");
        services.PostConfigure<MetricsKitOptions>(static o => o.Prefix += "_last");
        using var provider = services.BuildServiceProvider();

        Assert.Equal("first_second_third_last", provider.GetRequiredService<IOptions<MetricsKitOptions>>().Value.Prefix);
        Assert.Equal("first_second_third_last", provider.GetRequiredService<IOptionsMonitor<MetricsKitOptions>>().CurrentValue.Prefix);
    }

    [Fact]
    public void Value_MadeByHandBefore_Stays()
    {
        ServiceCollection services = new();
        services.AddSingleton(Options.Create(new MetricsKitOptions { Prefix = "own" }));
        services.AddMetricsKit();
        using var provider = services.BuildServiceProvider();

        Assert.Equal("own", provider.GetRequiredService<IOptions<MetricsKitOptions>>().Value.Prefix);
    }
}
