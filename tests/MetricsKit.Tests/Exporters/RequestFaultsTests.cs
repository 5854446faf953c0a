using Xunit;

namespace MetricsKit.Tests.Exporters;

public class RequestFaultsTests
{
    /// <summary>Pieces of addresses, right and wrong, of which every combination is tried.</summary>
    static readonly string[] Schemes = ["http://", "https://", "HTTP://", "ftp://", "http:/", "://", ""],
        Hosts = ["localhost", "127.0.0.1", "collector.example.org", "a-b", "collector", "", "-a", "a-", "a..b", "a.", ".a", "a--b", "user@host", "user:word@host", "[::1]", "256.1.1.1", "1.2.3", "ä", "a b", "A", "a_b", "a%41"],
        Ports = ["", ":4318", ":80", ":0", ":", ":65536", ":99999", ":043180", ":-1", ":4318x"],
        Paths = ["", "/", "/v1/metrics", "/a_b-C9", "?key=x", "/x?y", "/x#y", "/%zz", "/..", "\\x", "/a b", "x"];

    [Fact]
    public void PlainAddress_OfAnyPieces_IsOneThatNothingIsWrongWith()
    {
        int plain = 0;
        foreach (string address in from scheme in Schemes from host in Hosts from port in Ports from path in Paths select scheme + host + port + path)
        {
            if (!RequestFaults.IsPlain(address)) continue;
            plain++;
            Assert.True(RequestFaults.IsAddress(address), address);
            Uri uri = new(address);
            Assert.Equal("", uri.UserInfo + uri.Query + uri.Fragment);
        }
        Assert.InRange(plain, 2 * 5 * 4 * 4, 200); // schemes, hosts, ports and paths, and the few that come together by chance
    }

    [Theory]
    [InlineData("http://localhost:4318")]
    [InlineData("http://127.0.0.1:65535")]
    [InlineData("https://otel-collector.monitoring.svc:4318/v1/metrics")]
    public void PlainAddress_AsPeopleWriteIt_IsPlain(string address) => Assert.True(RequestFaults.IsPlain(address));
}
