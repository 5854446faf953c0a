using System.Globalization;

namespace MetricsKit.Stress;

/// <summary>The process that is killed: it records an ascending sequence as fast as it goes, and says on its output what was acknowledged.</summary>
static class FileKillsChild
{
    public static int Run(string folder, string format, string from, string size)
    {
        using var output = Console.OpenStandardOutput();
        FileSinkOptions options = new() { Directory = folder, Format = format, MaxFileBytes = long.Parse(size, CultureInfo.InvariantCulture), MaxTotalBytes = 1L << 40 };
        var recorder = FileRecorder.Open(options, (first, last) =>
        {
            // One write, so that a kill cuts no line; nothing is kept back in a buffer.
            output.Write(System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{first} {last}\n")));
            output.Flush();
        });
        long next = long.Parse(from, CultureInfo.InvariantCulture);
        Random random = new((int)next);
        // A parent that was killed leaves no process behind: its end of the pipe is closed then.
        bool isAlone = false;
        new Thread(() =>
        {
            using var parent = Console.OpenStandardInput();
            while (parent.ReadByte() >= 0) { }
            Volatile.Write(ref isAlone, true);
        })
        { IsBackground = true }.Start();
        while (!Volatile.Read(ref isAlone))
        {
            // Bursts of any size, so that batches have any size.
            for (int burst = random.Next(1, 5000); burst > 0; burst--, next++)
            {
                while (!recorder.Sequence.Record(next)) Thread.Yield();
            }
            if (random.Next(3) == 0) recorder.Flush(TimeSpan.FromSeconds(30));
        }
        recorder.Stop(TimeSpan.FromSeconds(30));
        return 0;
    }
}
