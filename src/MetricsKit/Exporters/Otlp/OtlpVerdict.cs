namespace MetricsKit;

/// <summary>What came of a request, as far as its points are concerned.</summary>
enum OtlpVerdict
{
    /// <summary>The server has them, but for those that it rejected by a partial success.</summary>
    Accepted,

    /// <summary>The server does not want them, now or ever.</summary>
    Refused,

    /// <summary>The server does not take them now.</summary>
    Later,

    /// <summary>Nothing was sent: there was no connection.</summary>
    Unreached,

    /// <summary>Something was sent, and no answer came.</summary>
    InDoubt,
}
