using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace MetricsKit;

/// <summary>A tag key whose values are passed as <typeparamref name="T"/>: text, or the member of an enumeration.</summary>
/// <typeparam name="T"><see cref="string"/>, or the enumeration of <see cref="TagKey.OfEnum{TEnum}"/>. No other type can occur.</typeparam>
public sealed class TagKey<T> : TagKey where T : notnull
{
    internal TagKey(string name, ImmutableArray<string> values) : base(name, values) { }

    /// <summary>The dense index of an enumeration's member; a number outside the list gives <paramref name="count"/>, the place of <c>_OTHER</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int OrdinalOf(T value, int count)
    {
        // The size is a constant of the compiled code: one of these remains.
        uint number = Unsafe.SizeOf<T>() switch
        {
            1 => Unsafe.BitCast<T, byte>(value),
            2 => Unsafe.BitCast<T, ushort>(value),
            4 => Unsafe.BitCast<T, uint>(value),
            _ => (uint)Math.Min(Unsafe.BitCast<T, ulong>(value), uint.MaxValue),
        };
        return number < (uint)count ? (int)number : count;
    }
}
