namespace MetricsKit;

/// <summary>What an answer of InfluxDB means for the lines of the request.</summary>
enum InfluxDbVerdict
{
    /// <summary>Nothing is known to be taken; the same again may succeed later.</summary>
    Failed,

    /// <summary>All are taken, and on the server's disk as far as it is configured to wait for that.</summary>
    Accepted,

    /// <summary>Some will never be taken, the others are.</summary>
    Dropped,

    /// <summary>Some cannot be read, and the answer does not say reliably how many; the others may be taken.</summary>
    Unreadable,

    /// <summary>They are too many for one request.</summary>
    TooLarge,

    /// <summary>There is no such database.</summary>
    NoDatabase,

    /// <summary>The database has no such retention policy.</summary>
    NoRetentionPolicy,
}
