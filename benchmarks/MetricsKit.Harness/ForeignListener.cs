using System.Diagnostics.Metrics;

namespace MetricsKit.Benchmarks;

/// <summary>A listener that counts what it hears, on the thread that records.</summary>
static class ForeignListener
{
    [ThreadStatic] static long _heard;

    /// <summary>Listens to every instrument of one meter for as long as the process lives.</summary>
    internal static MeterListener Attach(string meter)
    {
        MeterListener listener = new()
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == meter) self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => _heard++);
        listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => _heard++);
        listener.Start();
        return listener;
    }

    /// <summary>A figure of a listener that heard nothing would be a figure of something else.</summary>
    internal static void ThrowUnlessHeard()
    {
        if (_heard == 0) throw new InvalidOperationException("The listener heard nothing.");
    }
}
