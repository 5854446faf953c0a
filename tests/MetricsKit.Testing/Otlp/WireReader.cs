using System.Buffers.Binary;
using System.Text;

namespace MetricsKit.Testing;

/// <summary>Reads the wire format of Protocol Buffers, strictly: what is cut short, too long or no UTF-8 is refused, and so is a field that nobody asked for.</summary>
public ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    ReadOnlySpan<byte> _left = bytes;
    int _type;

    /// <summary>The number of the field that was moved to.</summary>
    public int Field { get; private set; }

    /// <summary>Goes to the next field; false at the end of the message.</summary>
    public bool Next()
    {
        if (_left.IsEmpty) return false;
        ulong key = ReadVarint();
        Field = checked((int)(key >> 3));
        _type = (int)(key & 7);
        return Field > 0 ? true : throw new FormatException("A field has the number 0.");
    }

    public ulong Varint()
    {
        Expect(0);
        return ReadVarint();
    }

    public bool Bool() => Varint() switch { 0 => false, 1 => true, var other => throw new FormatException($"{other} is no boolean.") };

    public ulong Fixed64()
    {
        Expect(1);
        return BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
    }

    public double Real() => BitConverter.UInt64BitsToDouble(Fixed64());

    public ReadOnlySpan<byte> Bytes()
    {
        Expect(2);
        return Take(ReadVarint());
    }

    public string Text() => Utf8.GetString(Bytes());

    public ulong[] PackedFixed64()
    {
        var all = Bytes();
        if (all.Length % 8 != 0) throw new FormatException($"{all.Length} bytes are no whole numbers of eight.");
        var numbers = new ulong[all.Length / 8];
        for (int i = 0; i < numbers.Length; i++) numbers[i] = BinaryPrimitives.ReadUInt64LittleEndian(all[(8 * i)..]);
        return numbers;
    }

    public double[] PackedReals() => [.. PackedFixed64().Select(BitConverter.UInt64BitsToDouble)];

    /// <summary>For a field that the message does not have.</summary>
    public FormatException Unknown(string message) => new($"{message} has a field {Field} of the wire type {_type}.");

    void Expect(int type)
    {
        if (_type != type) throw new FormatException($"The field {Field} has the wire type {_type} instead of {type}.");
    }

    ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)_left.Length) throw new FormatException($"The field {Field} wants {length} bytes, and {_left.Length} are left.");
        var taken = _left[..(int)length];
        _left = _left[(int)length..];
        return taken;
    }

    ulong ReadVarint()
    {
        ulong value = 0;
        for (int i = 0; i < 10; i++)
        {
            byte next = Take(1)[0];
            if (i == 9 && next > 1) throw new FormatException("A varint has more than 64 bits.");
            value |= (ulong)(next & 0x7F) << (7 * i);
            if (next < 0x80) return value;
        }
        throw new FormatException("A varint has no end.");
    }
}
