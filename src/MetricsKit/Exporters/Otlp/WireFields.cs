namespace MetricsKit;

/// <summary>Moves through the fields of a protobuf message; what is broken ends it, and says so.</summary>
/// <remarks>Source: "Encoding" of the Protocol Buffers documentation. Groups, which nobody writes any more, count as broken.</remarks>
ref struct WireFields(ReadOnlySpan<byte> message)
{
    const int Varint = 0, Fixed64 = 1, Delimited = 2, Fixed32 = 5;
    const int LongestVarint = 10;

    ReadOnlySpan<byte> _rest = message;

    /// <summary>The number of the field that was moved to.</summary>
    internal int Number { get; private set; }

    /// <summary>Its value, where it is a number of variable length.</summary>
    internal long? Value { get; private set; }

    /// <summary>Its content, where it is a text, bytes or a message.</summary>
    internal ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Whether it has content at all, which may be empty.</summary>
    internal bool IsDelimited { get; private set; }

    /// <summary>Whether the message ends where it must not, or holds what no message holds.</summary>
    internal bool IsBroken { get; private set; }

    internal bool MoveNext()
    {
        if (_rest.IsEmpty || IsBroken) return false;
        Value = null;
        Bytes = default;
        IsDelimited = false;
        IsBroken = !TryField();
        return !IsBroken;
    }

    bool TryField()
    {
        if (!TryVarint(out ulong key) || key > uint.MaxValue || key >> 3 == 0) return false;
        Number = (int)(key >> 3);
        switch ((int)(key & 7))
        {
            case Varint:
                if (!TryVarint(out ulong value)) return false;
                Value = (long)value;
                return true;
            case Fixed64: return TrySkip(sizeof(long));
            case Fixed32: return TrySkip(sizeof(int));
            case Delimited:
                if (!TryVarint(out ulong length) || length > (ulong)_rest.Length) return false;
                IsDelimited = true;
                Bytes = _rest[..(int)length];
                return TrySkip((int)length);
            default: return false;
        }
    }

    bool TrySkip(int length)
    {
        if (length > _rest.Length) return false;
        _rest = _rest[length..];
        return true;
    }

    bool TryVarint(out ulong value)
    {
        value = 0;
        for (int i = 0; i < LongestVarint && i < _rest.Length; i++)
        {
            value |= (ulong)(_rest[i] & 0x7F) << (7 * i);
            if (_rest[i] < 0x80) return TrySkip(i + 1);
        }
        return false;
    }
}
