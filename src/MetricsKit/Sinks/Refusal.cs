namespace MetricsKit;

/// <summary>Why the instruments sink does not take a sample.</summary>
enum Refusal
{
    /// <summary>It does.</summary>
    None,

    /// <summary>There are as many metrics as there may be.</summary>
    MetricLimit,

    /// <summary>Another metric has the name, or a name that is exported alike.</summary>
    NameTaken,

    /// <summary>A gauge has as many series as it may have.</summary>
    SeriesLimit,

    /// <summary>NaN or an infinity, which no step between recorder and sink should make.</summary>
    NotFinite,

    /// <summary>A negative increment of a counter. The last one.</summary>
    Negative,
}
