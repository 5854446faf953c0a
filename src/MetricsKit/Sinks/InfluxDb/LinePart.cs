namespace MetricsKit;

/// <summary>Lines of a batch that go, or went, into one request.</summary>
/// <param name="First">The first line.</param>
/// <param name="End">The line behind the last.</param>
readonly record struct LinePart(int First, int End)
{
    internal int Lines => End - First;
}
