using System.Collections.Frozen;
using MetricsKit;

namespace Quickstart;

/// <summary>The climate at the fleet's stations, recorded value by value with its time: <c>/metrics</c> shows the latest, and every other sink gets them all.</summary>
sealed class Sensors : BackgroundService
{
    static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);

    readonly FrozenDictionary<string, Sensor> _sensors;
    readonly TimeProvider _time;

    public Sensors(IMetricRecorder recorder, IHostEnvironment environment, TimeProvider time)
    {
        Sensor[] sensors = [new("s1", "charging_hall", recorder, environment), new("s2", "server_room", recorder, environment), new("s3", "loading_dock", recorder, environment)];
        _sensors = sensors.ToFrozenDictionary(static s => s.Id);
        _time = time;
    }

    public Sensor? Find(string id) => _sensors.GetValueOrDefault(id);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer pace = new(_interval, _time);
        do
        {
            foreach (var sensor in _sensors.Values) sensor.Drift();
        }
        while (await pace.WaitForNextTickAsync(stoppingToken));
    }
}

/// <summary>A sensor with a handle for each of its series: asked for once, used for every value.</summary>
sealed class Sensor
{
    readonly SampleSeries _temperature, _humidity, _pressure;
    double _celsius = 21, _percent = 45, _hectopascals = 1013;

    public Sensor(string id, string location, IMetricRecorder recorder, IHostEnvironment environment)
    {
        SampleSeries Series(string name) => recorder.Series(name, SampleKind.Gauge, ("location", location), ("sensor_id", id), ("environment", environment.EnvironmentName));
        (Id, _temperature, _humidity, _pressure) = (id, Series("temperature_celsius"), Series("humidity_percent"), Series("pressure_hpa"));
    }

    public string Id { get; }

    /// <summary>Records what was measured; false when the recorder had no room for all of it.</summary>
    public bool Read(double celsius, double percent, double hectopascals, DateTimeOffset at) =>
        _temperature.Record(celsius, at) & _humidity.Record(percent, at) & _pressure.Record(hectopascals, at);

    /// <summary>A small step from the last values, as the weather does.</summary>
    public void Drift()
    {
        _temperature.Record(_celsius = Step(_celsius, 0.1, 15, 35));
        _humidity.Record(_percent = Step(_percent, 0.5, 20, 80));
        _pressure.Record(_hectopascals = Step(_hectopascals, 0.2, 980, 1040));
    }

    static double Step(double from, double size, double least, double most) => Math.Clamp(Math.Round(from + (Random.Shared.NextDouble() * 2 - 1) * size, 3), least, most);
}

static class SensorRoutes
{
    public static void MapSensors(this WebApplication app) =>
        app.MapPost("/sensors/{id}/readings", (string id, double temperature, double humidity, double pressure, long? at, Sensors sensors, TimeProvider time) =>
        {
            if (sensors.Find(id) is not { } sensor) return Results.NotFound("No such sensor.");
            if (temperature is not (> -90 and < 90) || humidity is not (>= 0 and <= 100) || pressure is not (> 300 and < 1100)) return Results.BadRequest("Such weather there is not.");
            var measured = at is >= 0 and <= 253_402_300_799_999 and var ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : time.GetUtcNow();
            return sensor.Read(temperature, humidity, pressure, measured) ? Results.Accepted() : Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        });
}
