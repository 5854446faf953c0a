using Microsoft.Extensions.Primitives;
using Xunit;

namespace MetricsKit.AspNetCore.Tests.Scraping;

public sealed class GzipNegotiationTests
{
    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("gzip", true)] // Prometheus
    [InlineData("gzip, deflate, br, zstd", true)] // browsers
    [InlineData("deflate, gzip;q=0.5", true)]
    [InlineData("GZip", true)]
    [InlineData("x-gzip", true)]
    [InlineData("*", true)]
    [InlineData("br, *;q=0.1", true)]
    [InlineData("identity", false)]
    [InlineData("br", false)]
    [InlineData("gzip;q=0", false)]
    [InlineData("gzip;q=0.000, *", false)]
    [InlineData("*, gzip;q=0", false)]
    [InlineData("*;q=0", false)]
    [InlineData("gzip;q=1, *;q=0", true)]
    [InlineData("gzip;q=none", false)]
    [InlineData(";;;,,,=", false)]
    public void AcceptEncoding_OfAClient_IsRead(string? header, bool accepted) =>
        Assert.Equal(accepted, GzipNegotiation.IsAccepted(header));

    [Fact]
    public void AcceptEncoding_InSeveralLines_IsOneList() =>
        Assert.True(GzipNegotiation.IsAccepted(new StringValues(["br", "gzip"])));
}
