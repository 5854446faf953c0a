using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MetricsKit.Tests.Hosting;

public sealed class CollectorIntervalTests
{
    [Fact]
    public void Host_WithACollectorWhoseIntervalNoTimerCanKeep_DoesNotStartAndSaysWhy()
    {
        var fault = Assert.Throws<InvalidOperationException>(static () => MetricsKitHost.Create(static builder => builder.AddCollector<Never>()));
        Assert.Contains("The collector Never has an interval of", fault.Message, StringComparison.Ordinal);
    }

    sealed class Never : ICollector
    {
        public TimeSpan? Interval => TimeSpan.FromDays(60);

        public void Collect() => throw new InvalidOperationException("never called");
    }
}
