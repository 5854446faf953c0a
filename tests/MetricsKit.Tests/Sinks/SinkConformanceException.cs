using Xunit.Sdk;

namespace MetricsKit.Tests.Sinks;

/// <summary>A sink broke the contract of all sinks.</summary>
sealed class SinkConformanceException(string message, Exception? cause = null) : XunitException(message, cause);
