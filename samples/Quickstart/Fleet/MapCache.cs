using MetricsKit;

namespace Quickstart;

/// <summary>A small cache of maps; the one that was put in first gives way.</summary>
sealed class MapCache(PerformanceMetrics metrics)
{
    public const int Zones = 64;

    const string Name = "maps";
    const int Capacity = 8, MapBytes = 128 * 1024;

    readonly Dictionary<int, byte[]> _maps = [];
    readonly Queue<int> _order = [];
    readonly Lock _gate = new();

    public byte[] Get(int zone)
    {
        lock (_gate)
        {
            if (_maps.TryGetValue(zone, out var map))
            {
                metrics.CacheHit(Name);
                return map;
            }
            metrics.CacheMissed(Name);
            if (_order.Count == Capacity) _maps.Remove(_order.Dequeue());
            _order.Enqueue(zone);
            _maps[zone] = map = new byte[MapBytes];
            metrics.CacheResized(Name, (long)_maps.Count * MapBytes);
            return map;
        }
    }
}

static class MapRoutes
{
    public static void MapMaps(this WebApplication app) =>
        app.MapGet("/maps/{zone}", (int zone, MapCache cache) => zone is < 1 or > MapCache.Zones ? Results.NotFound("No such zone.") : Results.Bytes(cache.Get(zone)));
}
