using System.Text;

namespace MetricsKit.Tests.Collectors.Proc;

/// <summary>Files that a parser may meet on a masked, foreign or broken machine.</summary>
static class Garbage
{
    static readonly string[] _tokens =
    [
        "0", "1", "-1", "9223372036854775807", "9223372036854775808", "18446744073709551616", "NaN", "Infinity", "1e400",
        "max", "kB", ":", ")", "(", "-", "\\", "\\04", "\\999", "\n", " ", "\t", "\0", "cpu", "cpu0", "cpu4294967296",
        "btime ", "MemTotal:", "eth0:", "/", "é",
    ];

    /// <summary>Every beginning of a file, the whole one included.</summary>
    public static IEnumerable<byte[]> Cuts(string file)
    {
        var bytes = Encoding.UTF8.GetBytes(file);
        for (var length = 0; length <= bytes.Length; length++)
            yield return bytes[..length];
    }

    /// <summary>Noise, words in any order, and a real file with bytes replaced: the same ones in every run.</summary>
    public static IEnumerable<byte[]> Files(string file)
    {
        yield return [];
        yield return "\n"u8.ToArray();
        yield return Encoding.UTF8.GetBytes(new string('9', 5000) + "\n");

        var random = new Random(20260101);
        for (var round = 0; round < 2000; round++)
        {
            var noise = new byte[random.Next(200)];
            random.NextBytes(noise);
            yield return noise;

            yield return Encoding.UTF8.GetBytes(string.Concat(random.GetItems(_tokens, 40)) + "\n");

            var damaged = Encoding.UTF8.GetBytes(file);
            for (var hits = random.Next(1, 8); hits > 0; hits--)
                damaged[random.Next(damaged.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)"-9 \n:)"[random.Next(6)];
            yield return damaged;
        }
    }
}
