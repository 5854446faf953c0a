using System.Diagnostics.Metrics;

namespace MetricsKit;

/// <summary>The meters of a host without a generic host: one for each name, version, schema and tags, which lives as long as the host.</summary>
/// <remarks>It does what the factory of <c>AddMetrics()</c> does; that one brings options, rules and validators that a small program loads, compiles and never asks.</remarks>
sealed class HostMeterFactory : IMeterFactory
{
    readonly Lock _creating = new();

    // Guarded by the lock.
    readonly List<HostMeter> _meters = [];
    bool _disposed;

    /// <exception cref="InvalidOperationException">The options name the scope of somebody else.</exception>
    public Meter Create(MeterOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var scope = options.Scope;
        if (scope is not null && !ReferenceEquals(scope, this)) throw new InvalidOperationException($"The meter '{options.Name}' is asked for with a scope that is not this factory: leave Scope out.");
        lock (_creating)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            foreach (var meter in _meters)
            {
                if (IsOf(meter, options)) return meter;
            }
            options.Scope = this;
            HostMeter made = new(options);
            options.Scope = scope; // the options are the caller's
            _meters.Add(made);
            return made;
        }
    }

    public void Dispose()
    {
        lock (_creating)
        {
            _disposed = true;
            foreach (var meter in _meters) meter.End();
            _meters.Clear();
        }
    }

    static bool IsOf(Meter meter, MeterOptions options)
    {
        if (meter.Name != options.Name || meter.Version != options.Version || meter.TelemetrySchemaUrl != options.TelemetrySchemaUrl) return false;
        return meter.Tags is null && options.Tags is null || (meter.Tags ?? []).ToHashSet().SetEquals(options.Tags ?? []);
    }

    /// <summary>Several may have been given it: it ends with the factory alone.</summary>
    sealed class HostMeter(MeterOptions options) : Meter(options)
    {
        bool _ends;

        internal void End()
        {
            _ends = true;
            Dispose();
        }

        protected override void Dispose(bool disposing) => base.Dispose(disposing && _ends);
    }
}
