namespace MetricsKit;

/// <summary>A step of ours, which the log calls by the name that its user knows.</summary>
abstract class BuiltInProcessor(string name) : ISampleProcessor
{
    internal string Name => name;

    public abstract bool Process(ref Sample sample);
}
