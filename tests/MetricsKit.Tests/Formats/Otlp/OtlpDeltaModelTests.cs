using FsCheck;
using FsCheck.Fluent;
using MetricsKit.Testing;
using Xunit;

namespace MetricsKit.Tests.Formats.Otlp;

/// <summary>Whatever is recorded, exported, lost, half lost and recycled in any order: the deltas that were settled add up to what was recorded.</summary>
public sealed class OtlpDeltaModelTests
{
    [Fact]
    public void Deltas_OfRandomHistories_AddUp()
    {
        var step = from action in Gen.Frequency((10, Gen.Constant(0)), (5, Gen.Constant(1)), (3, Gen.Constant(2)), (3, Gen.Constant(3)), (3, Gen.Constant(4)), (1, Gen.Constant(5)), (1, Gen.Constant(6)))
                   from series in Gen.Choose(0, 40)
                   from value in Gen.Choose(0, 1000)
                   select new Step(action, series, value);
        var cases = Arb.From(
            from steps in step.NonEmptyListOf().Resize(120)
            from size in Gen.Elements(0, 150, 400, 4 << 20)
            from lives in Gen.Elements(false, true)
            select new History([.. steps], size, lives));
        Properties.Hold(cases, static history =>
        {
            using DeltaModel model = new(history.Size, history.Lives);
            foreach (var step in history.Steps) model.Do(step.Action, step.Series, step.Value);
            model.Export(static _ => true);
            model.AddsUp();
        }, tests: 120);
    }

    sealed record Step(int Action, int Series, int Value);

    sealed record History(Step[] Steps, int Size, bool Lives)
    {
        public override string ToString() => $"{Size} {Lives} {string.Join(' ', Steps.Select(static s => $"{s.Action},{s.Series},{s.Value}"))}";
    }
}
