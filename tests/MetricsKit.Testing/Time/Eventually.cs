using System.Globalization;

namespace MetricsKit.Testing;

/// <summary>Waits for what another thread or process brings about, with a deadline, by asking again and again.</summary>
public static class Eventually
{
    // Short enough that no test notices the wait, long enough to leave the processor to what is waited for.
    static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Returns when the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not in time; the message says what was awaited.</exception>
    public static Task BecomesAsync(Func<bool> condition, TimeSpan timeout, string what) =>
        BecomesAsync(() => Task.FromResult(condition()), timeout, what);

    /// <summary>Returns when the condition holds; an answer that itself hangs counts as none.</summary>
    /// <exception cref="TimeoutException">It did not in time; the message says what was awaited.</exception>
    public static async Task BecomesAsync(Func<Task<bool>> condition, TimeSpan timeout, string what)
    {
        // The real monotonic clock: what is awaited happens in real time, and a changed wall clock must not end the wait.
        var clock = TimeProvider.System;
        var started = clock.GetTimestamp();
        using var pause = new PeriodicTimer(_pause, clock);
        var asked = 0;
        while (true)
        {
            asked++;

            // Before it is asked: on a machine that had no processor for us there is one last question after the time, since it may long have become so.
            var late = clock.GetElapsedTime(started) >= timeout;
            var answer = condition();
            var left = timeout - clock.GetElapsedTime(started);

            // Suppressed, so that a timeout inside the condition is not taken for ours: it is thrown where the answer is awaited.
            await ((Task)answer).WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!answer.IsCompleted)
            {
                break;
            }

            if (await answer)
            {
                return;
            }

            if (late)
            {
                break;
            }

            await pause.WaitForNextTickAsync();
        }

        throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"Not within {timeout.TotalSeconds} s, asked {asked} times: {what}."));
    }
}
