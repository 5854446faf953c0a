using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace MetricsKit.Testing;

/// <summary>Speaks TLS before a server on loopback that does not.</summary>
public sealed class TlsFront : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly SslServerAuthenticationOptions _options;
    readonly int _upstream;
    readonly Task _accepting;
    int _refused;

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
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many connections did not come to an agreement.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    async Task AcceptAsync()
    {
        List<Task> conversations = [];
        try
        {
            while (true)
            {
                conversations.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        finally
        {
            await Task.WhenAll(conversations).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            await using SslStream secure = new(client.GetStream());
            try
            {
                await secure.AuthenticateAsServerAsync(_options, _stop.Token);
            }
            catch (Exception refused) when (refused is AuthenticationException or IOException)
            {
                Interlocked.Increment(ref _refused);
                return;
            }

            using TcpClient server = new();
            await server.ConnectAsync(IPAddress.Loopback, _upstream, _stop.Token);
            await Task.WhenAny(secure.CopyToAsync(server.GetStream(), _stop.Token), server.GetStream().CopyToAsync(secure, _stop.Token));
        }
    }
}
