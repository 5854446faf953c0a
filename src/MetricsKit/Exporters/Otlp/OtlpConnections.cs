using System.Globalization;
using System.Net.Http;

namespace MetricsKit;

/// <summary>How the exporter connects.</summary>
static class OtlpConnections
{
    /// <summary>In KiB.</summary>
    const int MostHeaders = 64;

    /// <summary>The specification's "User Agent": the exporter, its language's or here its library's name, and its version.</summary>
    internal static readonly string UserAgent = string.Create(CultureInfo.InvariantCulture, $"OTel-OTLP-Exporter-MetricsKit/{typeof(OtlpConnections).Assembly.GetName().Version?.ToString(3)}");

    /// <summary>Makes the handler; the user has the last word on it.</summary>
    /// <remarks>Connections are renewed every few minutes, so that a server that has moved is found by its name.</remarks>
    internal static SocketsHttpHandler Make(OtlpExporterOptions options, Action<SocketsHttpHandler> adapt)
    {
        SocketsHttpHandler handler = new()
        {
            AllowAutoRedirect = false, // headers go to nobody else
            UseProxy = false, // what the environment says about other programs shall not move metrics, nor their headers
            UseCookies = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = options.RequestTimeout, // the token ends the wait for a connection, this the connection's own attempt
            MaxResponseHeadersLength = MostHeaders,
            MaxResponseDrainSize = 0, // what is not read of an answer is not waited for
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        OtlpCertificates.Apply(options, handler.SslOptions);
        adapt(handler);
        options.ConfigureHandler?.Invoke(handler);
        return handler;
    }
}
