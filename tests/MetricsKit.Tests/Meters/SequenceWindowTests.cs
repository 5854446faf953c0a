using Xunit;

namespace MetricsKit.Tests.Meters;

public sealed class SequenceWindowTests
{
    [Theory]
    [InlineData("5 6 7 8", 0, 0, 0)]
    [InlineData("0 1 2", 0, 0, 0)]
    [InlineData("7", 0, 0, 0)] // what was before the first is nobody's loss
    [InlineData("1 2 5", 2, 0, 0)]
    [InlineData("1 3 2", 1, 1, 0)]
    [InlineData("1 3 2 2", 1, 1, 1)]
    [InlineData("1 2 2 3 3 3", 0, 0, 3)]
    [InlineData("5 4 3 4", 0, 0, 1)] // older than the first: neither late nor lost
    [InlineData("1 66 2", 64, 0, 0)] // 64 back: too far to tell
    [InlineData("1 66 3", 64, 1, 0)]
    [InlineData("1 65 2", 63, 1, 0)]
    [InlineData("1 65 1", 63, 0, 0)] // a source that begins again
    [InlineData("1 64 1", 62, 0, 1)]
    [InlineData("100 101 0 1 2 3", 0, 0, 0)]
    [InlineData("100 101 1 3 2", 1, 1, 0)]
    [InlineData("100 101 1 0", 0, 0, 0)]
    [InlineData("1000 500 1001", 0, 0, 0)] // one damaged number changes nothing
    [InlineData("1000 500 1001 501 1003", 1, 0, 0)] // two that are not in a row are damaged both
    [InlineData("1000 500 501 503 1001", 498, 0, 0)] // two in a row are believed, and then a gap is one
    [InlineData("1 1000001", 999_999, 0, 0)]
    [InlineData("1 1000002", 1_000_000, 0, 0)]
    [InlineData("1 1000003 2", 0, 0, 0)]
    [InlineData("1 1000003 1000004 1000006", 1, 0, 0)]
    [InlineData("1 9223372036854775807 2 3", 0, 0, 0)]
    [InlineData("9223372036854775806 9223372036854775807 9223372036854775807", 0, 0, 1)]
    [InlineData("9223372036854775807 0 1", 0, 0, 0)]
    public void Take_Numbers_TellsWhatIsMissingLateAndTwice(string numbers, long missed, long late, long duplicated)
    {
        SequenceWindow window = default;
        var (m, l, d) = (0L, 0L, 0L);
        foreach (string number in numbers.Split(' '))
        {
            var result = window.Take(long.Parse(number, System.Globalization.CultureInfo.InvariantCulture));
            (m, l, d) = (m + result.Missed, l + result.Late, d + result.Duplicated);
        }
        Assert.Equal((missed, late, duplicated), (m, l, d));
    }

    [Fact]
    public void Take_NumbersShuffledLostAndRepeated_IsWhatSetsWouldSay()
    {
        const long First = 1000;
        Random random = new(20261121);
        for (int round = 0; round < 200; round++)
        {
            SequenceWindow window = default;
            window.Take(First);
            HashSet<long> came = [First], missing = [];
            var (said, expected, highest) = (default(SequenceResult), default(SequenceResult), First);
            for (int i = 0; i < 300; i++)
            {
                // Never further back than the window, nor before the first.
                long number = random.Next(3) == 0 ? Math.Max(First, highest - random.Next(SequenceWindow.Size)) : highest + random.Next(1, 90) / (random.Next(20) + 1) + 1;
                var result = window.Take(number);
                said = new(said.Missed + result.Missed, said.Late + result.Late, said.Duplicated + result.Duplicated);

                for (long skipped = highest + 1; skipped < number; skipped++) missing.Add(skipped);
                expected = expected with { Missed = expected.Missed + Math.Max(0, number - highest - 1) };
                if (!came.Add(number)) expected = expected with { Duplicated = expected.Duplicated + 1 };
                else if (missing.Remove(number)) expected = expected with { Late = expected.Late + 1 };
                highest = Math.Max(highest, number);
            }
            Assert.Equal(expected, said);
            Assert.Equal(missing.Count, said.Missed - said.Late);
            Assert.True(said is { Missed: > 100, Late: > 5, Duplicated: > 5 }); // all of it happened
        }
    }
}
