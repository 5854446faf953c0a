namespace MetricsKit.Testing;

// What a sample is within its family, read off the suffix of its name.
enum SampleRole
{
    Value,
    Total,
    Bucket,
    Quantile,
    Sum,
    Count,
    Info,
}
