using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MetricsKit;

/// <summary>The certificates of the options: whom the exporter trusts, and who it is. Nothing that is in a file is ever repeated.</summary>
static class OtlpCertificates
{
    /// <summary>What is wrong in the files that are there, a sentence each. It reads them.</summary>
    /// <param name="options">The options.</param>
    /// <param name="path">Where they stand in the configuration.</param>
    internal static IEnumerable<string> Faults(OtlpExporterOptions options, string path)
    {
        if (File.Exists(options.Certificate) && FaultOf(() => ReadAuthorities(options.Certificate)) is { } authorities) yield return $"{options.NameOf(path, nameof(options.Certificate), options.Certificate)} is '{options.Certificate}', {authorities}: name a PEM file with the certificates of the authorities.";
        if (File.Exists(options.ClientCertificate) && (options.ClientKey.Length == 0 || File.Exists(options.ClientKey)) && FaultOf(() => ReadClient(options)) is { } client)
            yield return $"{options.NameOf(path, nameof(options.ClientCertificate), options.ClientCertificate)} is '{options.ClientCertificate}' with the key of '{(options.ClientKey.Length > 0 ? options.ClientKey : options.ClientCertificate)}', {client}: name PEM files of a certificate and its private key, which is not encrypted.";
    }

    /// <summary>Puts them into effect.</summary>
    internal static void Apply(OtlpExporterOptions options, SslClientAuthenticationOptions tls)
    {
        if (options.Certificate.Length > 0)
        {
            X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck }; // as without a file
            policy.CustomTrustStore.AddRange(ReadAuthorities(options.Certificate));
            tls.CertificateChainPolicy = policy;
        }
        if (options.ClientCertificate.Length > 0) tls.ClientCertificateContext = ReadClient(options);
    }

    static X509Certificate2Collection ReadAuthorities(string file)
    {
        X509Certificate2Collection authorities = [];
        authorities.ImportFromPemFile(file);
        return authorities.Count > 0 ? authorities : throw new CryptographicException();
    }

    static SslStreamCertificateContext ReadClient(OtlpExporterOptions options)
    {
        var client = X509Certificate2.CreateFromPemFile(options.ClientCertificate, options.ClientKey.Length > 0 ? options.ClientKey : null);
        if (OperatingSystem.IsWindows()) client = X509CertificateLoader.LoadPkcs12(client.Export(X509ContentType.Pkcs12), null); // SChannel does not use a key that only lives in memory
        X509Certificate2Collection chain = [];
        chain.ImportFromPemFile(options.ClientCertificate);
        return SslStreamCertificateContext.Create(client, chain, offline: true);
    }

    /// <summary>What is wrong, in words of our own.</summary>
    static string? FaultOf(Func<object> read)
    {
        try
        {
            read();
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException) { return $"which cannot be read ({fault.GetType().Name})"; }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException) { return "which does not hold what it should"; }
    }
}
