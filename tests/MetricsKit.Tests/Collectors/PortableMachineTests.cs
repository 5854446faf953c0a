using Xunit;

namespace MetricsKit.Tests.Collectors;

public class PortableMachineTests
{
    [Fact]
    public void PortableMachine_OnAnyPlatform_AnswersSomethingPlausible()
    {
        Assert.True(PortableMachine.TotalMemory is null or > 1 << 20);
        Assert.All(PortableMachine.FixedDrives(), drive => Assert.NotEmpty(drive));
        Assert.All(PortableMachine.NetworkInterfaces(), item => Assert.True(item.Received >= 0 && item.Sent >= 0));
    }
}
