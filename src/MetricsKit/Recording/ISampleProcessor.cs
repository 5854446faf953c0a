namespace MetricsKit;

/// <summary>A step between recorder and sinks: filters, transforms or enriches. Steps run in the order in which they were added, on one thread.</summary>
public interface ISampleProcessor
{
    /// <summary>Looks at one sample and may replace it.</summary>
    /// <param name="sample">The sample; assign another to change what the next step and the sinks see.</param>
    /// <returns>False to leave it out, which is counted as filtered.</returns>
    /// <remarks>A step that throws is counted, and the sample dropped.</remarks>
    bool Process(ref Sample sample);
}
