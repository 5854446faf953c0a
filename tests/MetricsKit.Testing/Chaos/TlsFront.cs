using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace MetricsKit.Testing;

/// <summary>Speaks TLS before a server on loopback that does not.</summary>
public sealed class TlsFront : IAsyncDisposable
{
    readonly LoopbackListener _listener;
    readonly SslServerAuthenticationOptions _options;
    readonly int _upstream;

    /// <summary>Listens at once.</summary>
    /// <param name="certificate">Who it is, with its private key.</param>
    /// <param name="upstream">The port that it connects to for each connection that it gets.</param>
    /// <param name="client">The thumbprint that a client's certificate must have; <see langword="null"/>: it is not asked.</param>
    public TlsFront(X509Certificate2 certificate, int upstream, string? client = null)
    {
        _upstream = upstream;
        _options = new SslServerAuthenticationOptions
        {
            ServerCertificate = certificate,
            ClientCertificateRequired = client is not null,
            RemoteCertificateValidationCallback = (_, theirs, _, _) => client is null || theirs?.GetCertHashString() == client,
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        };
        _listener = new LoopbackListener(ServeAsync);
    }

    /// <summary>Where it listens.</summary>
    public int Port => _listener.EndPoint.Port;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    async Task ServeAsync(TcpClient client, CancellationToken stop)
    {
        await using SslStream secure = new(client.GetStream());
        try
        {
            await secure.AuthenticateAsServerAsync(_options, stop);
        }
        catch (Exception refused) when (refused is AuthenticationException or IOException)
        {
            return;
        }

        using TcpClient server = new();
        await server.ConnectAsync(IPAddress.Loopback, _upstream, stop);
        await Task.WhenAny(secure.CopyToAsync(server.GetStream(), stop), server.GetStream().CopyToAsync(secure, stop));
    }
}
