using Microsoft.Extensions.Logging;
using Xunit;

namespace MetricsKit.Tests.Recording;

/// <summary>An overload is said when it begins and when it is over, and not in between.</summary>
public sealed class OverloadEpisodeTests : ILogger
{
    readonly List<string> _said = [];

    [Fact]
    public void Look_AtLossesThatComeAndGo_SaysEachEpisodeOnce()
    {
        OverloadEpisode episode = new(this);
        foreach (long lost in new long[] { 0, 0, 5, 9, 9, 9, 12, 12 }) episode.Look(lost);
        Assert.Equal(4, _said.Count);
        Assert.Contains("no room", _said[0], StringComparison.Ordinal);
        Assert.Contains("; 9 samples", _said[1], StringComparison.Ordinal);
        Assert.Contains("no room", _said[2], StringComparison.Ordinal);
        Assert.Contains("; 3 samples", _said[3], StringComparison.Ordinal);
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => _said.Add(formatter(state, exception));
}
