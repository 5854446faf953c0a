namespace MetricsKit;

/// <summary>The room on one file system, in bytes.</summary>
/// <param name="Total">The size of the file system.</param>
/// <param name="Free">Every free byte, with those that the file system reserves for its administrator.</param>
/// <param name="Available">The free bytes that an unprivileged process can still write.</param>
readonly record struct DiskSpace(long Total, long Free, long Available)
{
    /// <summary>What files occupy. As in <c>df</c>, used and available need not add up to the total: the rest is reserved.</summary>
    public long Used => Total - Free;

    /// <summary>False for answers that no real disk gives, such as the zeros of pseudo file systems.</summary>
    public bool IsPlausible => Total > 0 && Free >= 0 && Free <= Total && Available >= 0 && Available <= Total;
}
