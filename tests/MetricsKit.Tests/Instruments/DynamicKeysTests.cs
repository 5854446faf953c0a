using Xunit;

namespace MetricsKit.Tests.Instruments;

/// <summary>I8: keys that are made up have a bound, and leave room for those that come again and again.</summary>
[Trait("Invariant", "I8")]
public sealed class DynamicKeysTests
{
    const int Open = DynamicKeys.Most - DynamicKeys.Most / 8;

    readonly DynamicKeys _keys = new(new(100), 7);

    [Fact]
    public void Keys_WithoutEnd_AreRefusedAndLeaveRoom()
    {
        int known = Enumerable.Range(0, 50_000).Count(i => Knows("k" + i));
        Assert.Equal(Open, known);
        int sightings = 1;
        for (; !Knows("steady") && sightings < 100; sightings++) Knows("other" + sightings);
        Assert.InRange(sightings, 2, SightingSketch.Often);
        Assert.True(Knows("steady"));
        Assert.True(Knows("k0"));
    }

    [Fact]
    public void Keys_ThatComeAgainWithoutEnd_AreBounded()
    {
        int known = 0;
        for (int i = 0; i < 3 * DynamicKeys.Most; i++)
        {
            for (int again = 0; again < 20; again++)
            {
                if (!Knows("k" + i)) continue;
                known++;
                break;
            }
        }
        Assert.Equal(DynamicKeys.Most, known);
    }

    [Fact]
    public void Keys_ThatThereIsNoRoomFor_WaitForNobody()
    {
        for (int i = 0; i < Open; i++) Knows("k" + i);
        using HeldThread thread = new();
        lock (_keys.Learning) thread.Do(() => Assert.False(Knows("past the limit")));
    }

    bool Knows(string key) => _keys.Arrange([new(key, "v")], new string[2]) == 2;
}
