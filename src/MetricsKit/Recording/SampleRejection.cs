namespace MetricsKit;

/// <summary>Why a sample was not accepted.</summary>
enum SampleRejection
{
    /// <summary>The recorder had no room.</summary>
    Full,

    /// <summary>The recorder has ended, or is switched off.</summary>
    Closed,

    /// <summary>NaN or an infinity.</summary>
    NotFinite,

    /// <summary>A counter's sample below zero.</summary>
    Negative,

    /// <summary>A name, a key or a kind that is none.</summary>
    Invalid,
}
