using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MetricsKit;

// The points of counters, up-down counters and gauges.
sealed partial class OtlpRequests
{
    /// <summary>Start, time and value, a byte and eight each.</summary>
    const int NumberLength = 27;

    /// <summary>The most bytes of a point's field and length.</summary>
    const int MaxHead = 6;

    /// <summary>The points of a run of series on one page; how many series were dealt with, fewer than there are when the message is full.</summary>
    int WriteRun(SnapshotData data, in FamilySlice slice, OtlpFamily family, OtlpPage page, ReadOnlySpan<long> numbers, int limit)
    {
        ulong start = Math.Min(_time, NanosecondsOf(page.Labels.StartTime ?? slice.Family.StartTime ?? data.StartTime)); // a clock that was set back makes no negative time
        if (family.IsHistogram) return WriteHistograms(family, page, numbers, slice.Run, start, limit);
        bool plain = !family.IsDelta && family.Scale == 1 && ExemplarsOf(page, slice.Family.Row) is null;
        return plain ? WritePlain(page, numbers, slice.IsDouble, start, limit) : WriteNumbers(family, page, numbers, slice.IsDouble, start, ExemplarsOf(page, slice.Family.Row), limit);
    }

    static Exemplar?[]? ExemplarsOf(OtlpPage page, InstrumentDefinition row) => row.Kind == InstrumentKind.Counter ? page.Labels.Exemplars : null;

    /// <summary>Points as they are nearly always: numbers as they were read, without exemplars.</summary>
    /// <remarks>What all points of the run begin with is one vector. Room is made for all of them at once, and copies may run into what is behind the end.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    int WritePlain(OtlpPage page, ReadOnlySpan<long> numbers, bool isDouble, ulong start, int limit)
    {
        int at = _at.At, begin = page.BeginOf(at), end = _message.End, i = 0, points = 0;
        _message.Reserve(numbers.Length * (MaxHead + NumberLength) + page.Ends[at + numbers.Length - 1] - begin);
        Span<byte> head = stackalloc byte[Vector256<byte>.Count];
        head.Clear();
        PutTimes(start, head);
        head[18] = isDouble ? OtlpField.NumberDouble : OtlpField.NumberInt;
        var common = Vector256.Create<byte>(head);
        var ends = page.Ends.AsSpan(at, numbers.Length);
        ref byte attributes = ref MemoryMarshal.GetArrayDataReference(page.Attributes), to = ref MemoryMarshal.GetArrayDataReference(_message.Array);
        for (; i < numbers.Length; i++)
        {
            int length = ends[i] - begin;
            if (!isDouble || !double.IsNaN(BitConverter.Int64BitsToDouble(numbers[i]))) // absent
            {
                int body = NumberLength + length;
                ref byte point = ref Unsafe.Add(ref to, end);
                int size = PutHead(body, ref point);
                if (end + size + body > limit) break;
                end += size + body;
                point = ref Unsafe.Add(ref point, size);
                common.StoreUnsafe(ref point);
                PutNumber(numbers[i], ref Unsafe.Add(ref point, 19));
                TextBytes.Put(ref Unsafe.Add(ref attributes, begin), length, ref Unsafe.Add(ref point, NumberLength));
                points++;
            }
            begin += length;
        }
        _message.End = end;
        Points += points;
        return i;
    }

    /// <summary>Points of which each may have a start, a scaled value and an exemplar of its own.</summary>
    int WriteNumbers(OtlpFamily family, OtlpPage page, ReadOnlySpan<long> numbers, bool isDouble, ulong start, Exemplar?[]? exemplars, int limit)
    {
        bool whole = !isDouble && family.Scale == 1;
        Span<byte> times = stackalloc byte[18];
        for (int i = 0; i < numbers.Length; i++)
        {
            int at = _at.At + i;
            long number = numbers[i];
            ulong since = start;
            if (isDouble && double.IsNaN(BitConverter.Int64BitsToDouble(number))) continue; // absent
            if (family.IsDelta && !TryDelta(family, page, at, isDouble, ref number, ref since)) continue;
            var exemplar = exemplars is null || number == 0 ? null : Recent(ref exemplars[at], family.IsDelta ? since : 0);
            var attributes = page.AttributesOf(at);
            int body = NumberLength + attributes.Length + (exemplar is null ? 0 : 2 + ExemplarLength);
            if (!TryBeginPoint(body, limit)) return i;
            PutTimes(since, times);
            _message.Put(times);
            _message.Put(whole ? OtlpField.NumberInt : OtlpField.NumberDouble);
            if (whole) PutNumber(number);
            else PutNumber(BitConverter.DoubleToInt64Bits(Scaled(isDouble ? BitConverter.Int64BitsToDouble(number) : number, family.Scale)));
            if (exemplar is not null) PutExemplar(OtlpField.NumberExemplar, exemplar, whole, family.Scale);
            _message.Put(attributes);
            Points++;
        }
        return numbers.Length;
    }

    /// <summary>The head of a point; false when the point would make the message too long.</summary>
    bool TryBeginPoint(int body, int limit)
    {
        if ((long)_message.End + 1 + WireBytes.SizeOf((uint)body) + body > limit) return false;
        _message.Put(OtlpField.DataPoint);
        _message.PutVarint((uint)body);
        _message.Reserve(body);
        return true;
    }

    /// <summary>The head of a point where there is room for it; how long it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int PutHead(int body, ref byte to)
    {
        to = OtlpField.DataPoint;
        ref byte length = ref Unsafe.Add(ref to, 1);
        if (body < 0x80)
        {
            length = (byte)body;
            return 2;
        }
        if (body >= 0x4000) return 1 + WireBytes.PutVarint((uint)body, MemoryMarshal.CreateSpan(ref length, MaxHead - 1));
        length = (byte)(body | 0x80);
        Unsafe.Add(ref length, 1) = (byte)(body >> 7);
        return 3;
    }

    void PutTimes(ulong start, Span<byte> to)
    {
        to[0] = OtlpField.PointStart;
        BinaryPrimitives.WriteUInt64LittleEndian(to[1..], start);
        to[9] = OtlpField.PointTime;
        BinaryPrimitives.WriteUInt64LittleEndian(to[10..], _time);
    }

    void PutNumber(long bits)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_message.Room(8), bits);
        _message.End += 8;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void PutNumber(long bits, ref byte to) => Unsafe.WriteUnaligned(ref to, BitConverter.IsLittleEndian ? bits : BinaryPrimitives.ReverseEndianness(bits));

    /// <summary>I9: what left the range of a double by being scaled stays at its end.</summary>
    static double Scaled(double value, double scale) => scale == 1 ? value : Math.Clamp(value * scale, double.MinValue, double.MaxValue);
}
