using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MetricsKit.Testing;

/// <summary>Serves one document over HTTP on loopback to whoever asks, one after the other, until it is disposed.</summary>
/// <remarks>
/// It blocks a thread of its own, so that a thread pool which other tests keep busy does not let scrapes run into their timeout.
/// A client that gives up costs its own connection and nothing else: Prometheus resets the connection of a scrape that timed out, at whatever moment.
/// </remarks>
public sealed class DocumentServer : IDisposable
{
    // For a client that connects and says nothing: the next one waits no longer than this.
    const int PatienceMilliseconds = 5000;

    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly Thread _thread;
    readonly byte[] _answer;
    volatile bool _ending;

    public DocumentServer(string contentType, string document)
    {
        var body = Encoding.UTF8.GetBytes(document);
        _answer = [.. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: {contentType}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"), .. body];
        _listener.Start();
        _thread = new(Serve) { IsBackground = true, Name = "Document server" };
        _thread.Start();
    }

    /// <summary>Where it listens; every path is the document.</summary>
    public Uri Address => new($"http://{_listener.LocalEndpoint}/metrics");

    /// <inheritdoc/>
    public void Dispose()
    {
        _ending = true;
        // A call that is blocked in accept is not ended by closing the socket everywhere; a visitor ends it.
        using (Socket visitor = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)) visitor.Connect(_listener.LocalEndpoint);
        _thread.Join();
        _listener.Dispose();
    }

    void Serve()
    {
        while (!_ending)
        {
            try
            {
                using var client = _listener.AcceptSocket();
                Answer(client);
            }
            catch (SocketException)
            {
                // The client gave up; the next one is served all the same.
            }
        }
    }

    void Answer(Socket client)
    {
        client.ReceiveTimeout = client.SendTimeout = PatienceMilliseconds;
        var request = new byte[8192];
        for (var received = 0; !request.AsSpan(0, received).EndsWith("\r\n\r\n"u8);)
        {
            var more = client.Receive(request, received, request.Length - received, SocketFlags.None);
            if (more == 0)
            {
                return; // It closed before it had asked, or asks for more than any scraper.
            }

            received += more;
        }

        client.Send(_answer);
        client.Shutdown(SocketShutdown.Both);
    }
}
