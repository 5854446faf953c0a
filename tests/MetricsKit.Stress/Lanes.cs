namespace MetricsKit.Stress;

/// <summary>Threads side by side, each lane a chain of short lives: a thread records and ends, and the next one begins.</summary>
static class Lanes
{
    const int StackBytes = 256 * 1024; // thousands of threads, none of which goes deep

    /// <summary>Runs the lives of all lanes to the end.</summary>
    /// <param name="lanes">How many record at the same time.</param>
    /// <param name="lives">How many threads follow each other in a lane.</param>
    /// <param name="live">One thread's work, by lane and life.</param>
    public static void Run(int lanes, int lives, Action<int, int> live) => Together(lanes, lane =>
    {
        for (int life = 0; life < lives; life++) Once(() => live(lane, life));
    });

    /// <summary>Threads that run at the same time, joined.</summary>
    public static void Together(int count, Action<int> work)
    {
        var threads = Enumerable.Range(0, count).Select(number => new Thread(() => work(number), StackBytes)).ToList();
        threads.ForEach(static t => t.Start());
        threads.ForEach(static t => t.Join());
    }

    /// <summary>One thread's life.</summary>
    public static void Once(Action work)
    {
        Thread thread = new(() => work(), StackBytes);
        thread.Start();
        thread.Join();
    }
}
