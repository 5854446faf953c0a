using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Delivery;

/// <summary>What the log hears of failures.</summary>
public sealed class FailureEpisodeTests
{
    readonly FakeTimeProvider _time = new();
    readonly LogLines _log = new();
    readonly FailureEpisode _episode;

    public FailureEpisodeTests() => _episode = new("The sink", _log, _time);

    [Fact]
    public void Episode_OfManyFailures_SaysTheFirstAndTheRecoveryOnce()
    {
        _episode.Failed(new IOException("No route."));
        _time.Advance(TimeSpan.FromSeconds(7.0401));
        _episode.Failed(new IOException("Still no route."));
        _episode.Recovered();
        _episode.Recovered();
        Assert.Equal(
            [
                "Warning: The sink failed (IOException: No route.). It is tried again, and further failures are not logged until it works.",
                "Information: The sink works again after 7 s and 2 failed attempts.",
            ], _log.Lines);
    }

    [Fact]
    public void Episode_AfterARecovery_BeginsAnew()
    {
        _episode.Failed(new IOException("One."));
        _episode.Recovered();
        _episode.Failed(new IOException("Two."));
        Assert.Equal(3, _log.Lines.Count);
        Assert.Equal(1, _episode.Failures);
    }

    [Fact]
    public void Episode_WithSecretsInsideTheException_WritesOnlyTypeAndMessage()
    {
        IOException fault = new("Refused.", new InvalidOperationException("password=secret"));
        fault.Data["Authorization"] = "secret";
        _episode.Failed(fault);
        Assert.DoesNotContain("secret", Assert.Single(_log.Lines), StringComparison.Ordinal);
        Assert.Null(Assert.Single(_log.Exceptions)); // a sink of the log would print it whole
    }

    [Fact]
    public void Episode_WithAMessageThatQuotesAWholeResponse_WritesItsBeginning()
    {
        _episode.Failed(new IOException(new string('x', 100_000)));
        Assert.InRange(Assert.Single(_log.Lines).Length, 500, 700);
    }
}
