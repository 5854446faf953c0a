namespace MetricsKit;

/// <summary>The steps between recorder and sinks, in their order. Used by the pump's thread alone; the counts are read by others.</summary>
sealed class SampleProcessorChain(IReadOnlyList<ISampleProcessor> steps)
{
    long _filtered, _failed;

    internal long Filtered => Volatile.Read(ref _filtered);

    internal long Failed => Volatile.Read(ref _failed);

    /// <summary>False when the sample goes no further; it is counted.</summary>
    internal bool TryProcess(ref Sample sample)
    {
        try
        {
            foreach (var step in steps)
            {
                if (step.Process(ref sample)) continue;
                Volatile.Write(ref _filtered, _filtered + 1);
                return false;
            }
        }
        catch (Exception)
        {
            Volatile.Write(ref _failed, _failed + 1);
            return false;
        }
        return true;
    }
}
