namespace MetricsKit;

/// <summary>How OTLP is carried.</summary>
public enum OtlpProtocol
{
    /// <summary><c>http/protobuf</c>: a POST each, over HTTP/1.1.</summary>
    HttpProtobuf,

    /// <summary><c>grpc</c>: unary calls over HTTP/2.</summary>
    Grpc,
}
