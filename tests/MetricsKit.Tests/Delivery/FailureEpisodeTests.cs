using System.Net;
using System.Net.Http;
using System.Net.Sockets;
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
                "Warning: The sink failed (IOException: No route.). It is tried again, and further failures like it are not logged until it works.",
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

    [Fact]
    public void Episode_ThatChangesItsNature_SaysEachNatureOnce()
    {
        SocketException refused = new((int)SocketError.ConnectionRefused), unreachable = new((int)SocketError.HostUnreachable);
        HttpRequestException denied = new("401 of request 1", null, HttpStatusCode.Unauthorized), deniedAgain = new("401 of request 2", null, HttpStatusCode.Unauthorized), away = new("503", null, HttpStatusCode.ServiceUnavailable), broken = new(HttpRequestError.InvalidResponse, "?");
        IOException full = new("full") { HResult = 28 }, gone = new("gone") { HResult = 2 };
        Exception[] faults = [refused, unreachable, denied, away, broken, full, gone];
        for (int round = 0; round < 3; round++) Array.ForEach([.. faults, deniedAgain], _episode.Failed);
        Assert.Equal(faults.Length, _log.Lines.Count);
        Assert.Equal("Warning: The sink fails in another way now (HttpRequestException: 401 of request 1). Each way is logged once an hour at most, until it works.", _log.Lines.ElementAt(2));
        _episode.Recovered();
        Assert.EndsWith("works again after 0 s and 24 failed attempts.", _log.Lines.Last(), StringComparison.Ordinal);
        _episode.Failed(denied);
        Assert.Equal("Warning: The sink failed (HttpRequestException: 401 of request 1). It is tried again, and further failures like it are not logged until it works.", _log.Lines.Last());
    }

    [Fact]
    public void Episode_ThatReturnsToANature_SaysItAgainAfterAnHour()
    {
        IOException io = new("No route.");
        InvalidOperationException state = new("Not now.");
        _episode.Failed(io);
        _time.Advance(TimeSpan.FromMinutes(30));
        _episode.Failed(state);
        _time.Advance(TimeSpan.FromMinutes(29));
        _episode.Failed(io);
        Assert.Equal(2, _log.Lines.Count);
        _time.Advance(TimeSpan.FromMinutes(1));
        for (int i = 0; i < 3; i++) _episode.Failed(io);
        Assert.Equal(3, _log.Lines.Count);
        Assert.Contains("No route.", _log.Lines.Last(), StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromDays(1));
        _episode.Failed(io); // what was said last goes on
        Assert.Equal(3, _log.Lines.Count);
    }

    /// <summary>A fault may say of what kind it is: its message may have numbers and others' words, which are no news.</summary>
    [Fact]
    public void Episode_OfFaultsThatKnowTheirKind_GoesByThat()
    {
        _episode.Failed(new KindFault("status 503", "status 503: request 1"));
        _episode.Failed(new KindFault("status 503", "status 503: request 2"));
        _episode.Failed(new KindFault(null, "left alone for another 7 s"));
        Assert.Single(_log.Lines);
        _episode.Failed(new KindFault("status 401", "status 401: request 3"));
        Assert.Equal(2, _log.Lines.Count);
        _episode.Recovered();
        _episode.Failed(new KindFault(null, "left alone for another 6 s")); // there is nothing that it goes on with
        Assert.Contains("for another 6 s", _log.Lines.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void Episode_OfMoreNaturesThanAnybodyReads_SaysSome()
    {
        for (int day = 0; day < 3; day++)
        {
            for (int i = 0; i < 1_000; i++) _episode.Failed(new KindFault($"{i}", "No."));
            Assert.Equal(8, _log.Lines.Count);
            _time.Advance(TimeSpan.FromMinutes(10));
        }
        _time.Advance(TimeSpan.FromHours(1));
        for (int i = 0; i < 1_000; i++) _episode.Failed(new KindFault($"{i}", "No."));
        Assert.Equal(16, _log.Lines.Count);
    }

    sealed class KindFault(string? kind, string message) : Exception(message), IFailureOfAKind
    {
        public string? Kind => kind;
    }
}
