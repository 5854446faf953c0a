using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Quickstart;

/// <summary>How a program on this machine reaches the server, whatever it was told to bind to.</summary>
static class LoopbackAddress
{
    public static Uri Of(IServer server)
    {
        var bound = server.Features.Get<IServerAddressesFeature>()?.Addresses
            ?? throw new InvalidOperationException("The server has no addresses.");
        // Plain HTTP first: it needs no trust in a development certificate.
        var address = BindingAddress.Parse(bound.OrderBy(candidate => candidate.StartsWith("https", StringComparison.OrdinalIgnoreCase)).First());
        string host = address.Host is "0.0.0.0" or "[::]" or "*" or "+" ? "localhost" : address.Host;
        return new UriBuilder(address.Scheme, host, address.Port, address.PathBase).Uri;
    }
}
