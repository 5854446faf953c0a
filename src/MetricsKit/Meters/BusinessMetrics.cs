namespace MetricsKit;

/// <summary>What the business does: missions, telemetry and changes of configuration.</summary>
public sealed class BusinessMetrics : ICatalogMeter
{
    internal static class Rows
    {
        public static readonly InstrumentDefinition<CounterInstrument<string, MissionStatus>> Missions =
            Define.Counter("missions", "{mission}", "Missions that ended, by type and by how they ended.", Tags.Type, Tags.MissionStatus);

        public static readonly InstrumentDefinition<UpDownCounterInstrument<string>> ActiveMissions =
            Define.UpDownCounter("missions.active", "{mission}", "Missions under way, by type.", Tags.Type);

        public static readonly InstrumentDefinition<HistogramInstrument<string>> MissionDuration =
            Define.Histogram("mission.duration", "s", "Time from the start of a mission to its end, by type.", Tags.Type) with { Bounds = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200] };

        public static readonly InstrumentDefinition<DerivedGauge> SuccessRate =
            Define.Ratio("mission.success.rate", "Share of the missions that succeeded among those that ended within the window, 0 to 1, by type.", Missions, Tags.MissionStatus, "succeeded", Tags.Type);

        public static readonly InstrumentDefinition<CounterInstrument<string, string>> TelemetryPoints =
            Define.Counter("telemetry.data.points", "{point}", "Telemetry data points that were received, by kind of data and module.", Tags.DataType, TagKey.Open("module_id"));

        public static readonly InstrumentDefinition<HistogramInstrument<string>> TelemetryLatency =
            Define.Histogram("telemetry.latency", "s", "Time from the measurement of a telemetry data point to its receipt, by kind of data.", Tags.DataType);

        public static readonly InstrumentDefinition<CounterInstrument<string>> ConfigChanges =
            Define.Counter("config.changes", "{change}", "Changes of configuration that were applied, by kind.", Tags.ConfigType);

        public static readonly InstrumentDefinition<CounterInstrument<string>> ConfigValidationErrors =
            Define.Counter("config.validation.errors", "{error}", "Changes of configuration that were refused as invalid, by kind.", Tags.ConfigType);
    }

    readonly CounterInstrument<string, MissionStatus> _missions;
    readonly UpDownCounterInstrument<string> _activeMissions;
    readonly HistogramInstrument<string> _missionDuration;
    readonly CounterInstrument<string, string> _telemetryPoints;
    readonly HistogramInstrument<string> _telemetryLatency;
    readonly CounterInstrument<string> _configChanges;
    readonly CounterInstrument<string> _configValidationErrors;

    /// <summary>Creates the instruments in a host.</summary>
    /// <param name="instruments">The meter's instruments.</param>
    public BusinessMetrics(Instruments<BusinessMetrics> instruments)
    {
        ArgumentNullException.ThrowIfNull(instruments);
        _missions = instruments.Create(Rows.Missions);
        _activeMissions = instruments.Create(Rows.ActiveMissions);
        _missionDuration = instruments.Create(Rows.MissionDuration);
        instruments.Create(Rows.SuccessRate);
        _telemetryPoints = instruments.Create(Rows.TelemetryPoints);
        _telemetryLatency = instruments.Create(Rows.TelemetryLatency);
        _configChanges = instruments.Create(Rows.ConfigChanges);
        _configValidationErrors = instruments.Create(Rows.ConfigValidationErrors);
    }

    /// <inheritdoc/>
    public static MeterDefinition Definition { get; } = new("MetricsKit.Business",
        Rows.Missions, Rows.ActiveMissions, Rows.MissionDuration, Rows.SuccessRate,
        Rows.TelemetryPoints, Rows.TelemetryLatency, Rows.ConfigChanges, Rows.ConfigValidationErrors) { Group = "Business" };

    /// <summary>Starts a mission: counted as active, timed, and counted by its end. Disposed without a word it has failed.</summary>
    /// <param name="type">The type of the mission, never its id.</param>
    public MissionScope StartMission(string type) => new(this, type);

    /// <summary>Counts and times a mission that was measured elsewhere.</summary>
    /// <param name="type">The type of the mission, never its id.</param>
    /// <param name="status">How it ended.</param>
    /// <param name="elapsed">From its start to its end.</param>
    public void MissionCompleted(string type, MissionStatus status, TimeSpan elapsed)
    {
        _missions.Add(1, type, status);
        _missionDuration.Record(elapsed, type);
    }

    /// <summary>Counts telemetry data points.</summary>
    /// <param name="dataType">The kind of data.</param>
    /// <param name="moduleId">One of a bounded set of modules.</param>
    /// <param name="points">How many.</param>
    public void TelemetryReceived(string dataType, string moduleId, long points = 1) => _telemetryPoints.Add(points, dataType, moduleId);

    /// <summary>Records how old a telemetry data point was when it came.</summary>
    /// <param name="dataType">The kind of data.</param>
    /// <param name="latency">From the measurement to the receipt.</param>
    public void TelemetryDelayed(string dataType, TimeSpan latency) => _telemetryLatency.Record(latency, dataType);

    /// <summary>Counts an applied change of configuration.</summary>
    /// <param name="configType">The kind of configuration.</param>
    public void ConfigChanged(string configType) => _configChanges.Add(1, configType);

    /// <summary>Counts a refused change of configuration.</summary>
    /// <param name="configType">The kind of configuration.</param>
    public void ConfigRejected(string configType) => _configValidationErrors.Add(1, configType);

    /// <summary>The series of a mission under way, so that it ends where it began.</summary>
    internal (UpDownCounterSeries Active, HistogramTimer Timer) BindMission(string type) =>
        (_activeMissions.Bind(type), _missionDuration.StartTimer(type));

    internal void CountMission(string type, MissionStatus status) => _missions.Add(1, type, status);
}
