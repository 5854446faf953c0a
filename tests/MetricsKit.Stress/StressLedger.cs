using System.Globalization;

namespace MetricsKit.Stress;

/// <summary>What a run expected and what it found. A line that does not add up fails the run.</summary>
sealed class StressLedger(TextWriter to)
{
    const int MostComplaints = 20;

    readonly Lock _writing = new();
    int _wrong;

    public int Wrong => Volatile.Read(ref _wrong);

    /// <summary>A figure to be read, without judgement.</summary>
    public void Says(string what, string figure) => Write("    ", what, figure);

    public void Says(string what, double figure) => Says(what, Text(figure));

    /// <summary>Two sides that must be equal to the last unit.</summary>
    public void Equals(string what, double found, double expected) =>
        Judge(found.Equals(expected), what, found.Equals(expected) ? Text(found) : $"{Text(found)}, expected {Text(expected)}");

    public void AtMost(string what, double found, double most) => Judge(found <= most, what, $"{Text(found)}, at most {Text(most)}");

    public void AtLeast(string what, double found, double least) => Judge(found >= least, what, $"{Text(found)}, at least {Text(least)}");

    /// <summary>Something that must not be, seen while the run goes on.</summary>
    public void Complain(string what)
    {
        if (Interlocked.Increment(ref _wrong) <= MostComplaints) Write("BAD ", what, "");
    }

    void Judge(bool good, string what, string figure)
    {
        if (!good) Interlocked.Increment(ref _wrong);
        Write(good ? " ok " : "BAD ", what, figure);
    }

    void Write(string mark, string what, string figure)
    {
        lock (_writing) to.WriteLine($"{mark}{what,-58} {figure}".TrimEnd());
    }

    static string Text(double figure) => figure.ToString(figure == Math.Floor(figure) && Math.Abs(figure) < 1e15 ? "N0" : "R", CultureInfo.InvariantCulture);
}
