using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

// Takes whatever is posted, over HTTP/1.1 on its first port and over HTTP/2 without TLS on its second, counts it, and says that all is well.
// It prints both ports, answers a GET with the requests and bytes so far, and ends with its input.
var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(static kestrel =>
{
    kestrel.Limits.MaxRequestBodySize = null;
    kestrel.Listen(IPAddress.Loopback, 0, static port => port.Protocols = HttpProtocols.Http1);
    kestrel.Listen(IPAddress.Loopback, 0, static port => port.Protocols = HttpProtocols.Http2);
});
await using var app = builder.Build();
long requests = 0, bytes = 0;
app.Run(async context =>
{
    if (HttpMethods.IsGet(context.Request.Method))
    {
        await context.Response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{Interlocked.Read(ref requests)} {Interlocked.Read(ref bytes)}"));
        return;
    }
    for (var body = context.Request.BodyReader; ;)
    {
        var read = await body.ReadAsync();
        Interlocked.Add(ref bytes, read.Buffer.Length);
        body.AdvanceTo(read.Buffer.End);
        if (read.IsCompleted) break;
    }
    Interlocked.Increment(ref requests);
    bool isGrpc = context.Request.ContentType is { } type && type.StartsWith("application/grpc", StringComparison.Ordinal);
    context.Response.ContentType = isGrpc ? "application/grpc" : "application/x-protobuf";
    if (!isGrpc) return; // an empty message is no bytes
    context.Response.DeclareTrailer("grpc-status");
    await context.Response.BodyWriter.WriteAsync(new byte[5]); // the prefix of an empty message
    context.Response.AppendTrailer("grpc-status", "0");
});
await app.StartAsync();
Console.WriteLine(string.Join(' ', app.Urls.Select(static url => new Uri(url).Port)));
while (await Console.In.ReadLineAsync() is not null) { }
