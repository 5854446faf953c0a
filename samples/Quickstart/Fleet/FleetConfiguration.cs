using System.Collections.Frozen;
using MetricsKit;

namespace Quickstart;

/// <summary>Settings of the fleet with what is valid for each.</summary>
sealed class FleetConfiguration(BusinessMetrics metrics)
{
    static readonly FrozenDictionary<string, (double Least, double Most)> _valid = new Dictionary<string, (double, double)>
    {
        ["speed"] = (0.1, 2.5), // m/s
        ["battery"] = (5, 95), // per cent at which a robot goes to charge
        ["zones"] = (1, 64),
    }.ToFrozenDictionary();

    public static bool Knows(string type) => _valid.ContainsKey(type);

    public bool TryChange(string type, double value)
    {
        var (least, most) = _valid[type];
        if (value < least || value > most || double.IsNaN(value))
        {
            metrics.ConfigRejected(type);
            return false;
        }
        metrics.ConfigChanged(type);
        return true;
    }
}

static class ConfigurationRoutes
{
    public static void MapConfiguration(this WebApplication app) =>
        app.MapPut("/config/{type}", (string type, double value, FleetConfiguration configuration) =>
            !FleetConfiguration.Knows(type) ? Results.NotFound("No such setting.")
            : configuration.TryChange(type, value) ? Results.NoContent()
            : Results.BadRequest($"{value} is not valid for {type}."));
}
