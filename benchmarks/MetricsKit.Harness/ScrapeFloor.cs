using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MetricsKit.Benchmarks;

/// <summary>The least that any writer of a text must do: copy what stands before each number, and format the number.</summary>
sealed class ScrapeFloor
{
    readonly byte[] _text;
    readonly int[] _ends;
    readonly double[] _numbers;

    /// <summary>Takes a finished text apart.</summary>
    internal ScrapeFloor(ReadOnlySpan<byte> whole)
    {
        ArrayBufferWriter<byte> text = new(whole.Length);
        List<int> ends = [];
        List<double> numbers = [];
        foreach (var range in whole.Split((byte)'\n'))
        {
            var line = whole[range];
            int space = line.LastIndexOf((byte)' ');
            if (space < 0 || !Utf8Parser.TryParse(line[(space + 1)..], out double number, out int used) || used != line.Length - space - 1) continue; // headers
            text.Write(line[..(space + 1)]);
            ends.Add(text.WrittenCount);
            numbers.Add(number);
        }
        (_text, _ends, _numbers) = (text.WrittenSpan.ToArray(), [.. ends], [.. numbers]);
    }

    internal void Write(IBufferWriter<byte> to)
    {
        var span = to.GetSpan();
        int used = 0, begin = 0;
        for (int i = 0; i < _ends.Length; i++)
        {
            int end = _ends[i];
            if (span.Length - used < end - begin + 64)
            {
                to.Advance(used);
                span = to.GetSpan();
                used = 0;
            }
            _text.AsSpan(begin, end - begin).CopyTo(span[used..]);
            used += end - begin;
            double number = _numbers[i];
            long whole = (long)number;
            int digits;
            if (whole == number) Utf8Formatter.TryFormat(whole, span[used..], out digits);
            else Utf8Formatter.TryFormat(number, span[used..], out digits);
            used += digits;
            span[used++] = (byte)'\n';
            begin = end;
        }
        to.Advance(used);
    }

    /// <summary>Reads what a snapshot must read, as fast as memory gives it; the sum keeps the reads from being left out.</summary>
    internal static long Read(ReadOnlySpan<long> cells)
    {
        var vectors = MemoryMarshal.Cast<long, Vector256<long>>(cells);
        Vector256<long> a = default, b = default, c = default, d = default;
        for (int i = 0; i + 4 <= vectors.Length; i += 4)
        {
            a += vectors[i];
            b += vectors[i + 1];
            c += vectors[i + 2];
            d += vectors[i + 3];
        }
        return Vector256.Sum(a + b + c + d);
    }
}
