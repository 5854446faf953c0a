using System.Runtime.Intrinsics;
using System.Text;

namespace MetricsKit;

/// <summary>The label <c>le</c> of a bucket and the end of its label block, in one vector: the longest double leaves a byte.</summary>
readonly struct BoundText
{
    /// <summary>Bytes that are overwritten where it is put.</summary>
    internal const int Room = 32;

    internal readonly Vector256<byte> Text;
    internal readonly int Length;

    internal BoundText(string bound)
    {
        Span<byte> text = stackalloc byte[Room];
        Length = Encoding.UTF8.GetBytes($"le=\"{bound}\"}} ", text);
        Text = Vector256.Create<byte>(text);
    }
}
