using Xunit;

namespace MetricsKit.Tests.Invariants;

/// <summary>Tests that look at what belongs to the process, its stores and its bytes, run while no other test does.</summary>
[CollectionDefinition(nameof(ProcessWide), DisableParallelization = true)]
public sealed class ProcessWide;
