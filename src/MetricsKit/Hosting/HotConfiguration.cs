using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace MetricsKit;

/// <summary>Follows the configuration while the host runs: what can change at once does, and the log says what waits for the next start.</summary>
/// <remarks>
/// At once: <c>Enabled</c>, <c>Limits:MaxSeries</c>, <c>Enabled</c> and <c>Metrics</c> of groups, and <c>Enabled</c>, <c>MaxSeries</c> and the length of <c>TimeToLive</c>
/// of instruments. The options are bound and validated as at the start, code last; with any fault in them nothing changes.
/// </remarks>
sealed partial class HotConfiguration(IServiceProvider provider, MetricsKitConfiguration section, InstrumentPolicy policy, InstrumentRegistry registry) : IDisposable
{
    readonly Lock _reading = new();
    readonly ILogger _logger = MetricsKitWiring.LoggerOf(provider);

    // Guarded by the lock: the section as the host started with it and as it was last, and the keys that the log has named.
    readonly HashSet<string> _named = new(StringComparer.OrdinalIgnoreCase);
    readonly IReadOnlyDictionary<string, string> _start = section.Values;
    IReadOnlyDictionary<string, string> _last = section.Values;
    IDisposable? _watch;
    bool _disposed;

    /// <summary>Begins to follow.</summary>
    internal void Start()
    {
        foreach (string key in section.UnknownKeys) NameUnknown(key);
        foreach (string warning in section.Variables.Warnings) Name(warning, LogVariable);
        if (provider.GetService<IConfiguration>() is { } configuration) Watch(configuration);
    }

    /// <summary>Apart, so that a host without a configuration loads nothing of what watches one.</summary>
    void Watch(IConfiguration configuration)
    {
        _watch = ChangeToken.OnChange(configuration.GetReloadToken, Read, configuration);
        Read(configuration); // it may have changed since the options were bound
    }

    public void Dispose()
    {
        _watch?.Dispose();
        lock (_reading) _disposed = true;
    }

    /// <summary>Whoever reloads the configuration, such as the watcher of a file, calls this and is not to be harmed.</summary>
    void Read(IConfiguration configuration)
    {
        lock (_reading)
        {
            try
            {
                var values = MetricsKitConfiguration.ValuesOf(configuration);
                if (_disposed || IsSame(values, _last)) return; // another section changed
                _last = values;
                var options = provider.GetRequiredService<IOptionsFactory<MetricsKitOptions>>().Create(Options.DefaultName);
                Follow(options);
                foreach (string key in section.UnknownKeys) NameUnknown(key);
                NameWaiting(values);
            }
            catch (OptionsValidationException refused) { Say(() => LogRefused(_logger, string.Join(" ", refused.Failures))); }
            catch (Exception fault) { Say(() => LogFailed(_logger, fault)); }
        }
    }

    void Follow(MetricsKitOptions options)
    {
        bool starts = options.Enabled && !policy.Enabled;
        policy.Use(options);
        registry.Budget.Most = options.Limits.MaxSeries;
        var waiting = registry.Follow(policy.Enabled);
        var foreign = provider.GetRequiredService<ForeignMeters>();
        if (starts) foreign.Start();
        foreach (string instrument in waiting.Concat(foreign.Reconsider())) Name($"{MetricsKitConfiguration.SectionName}:Instruments:{instrument}:TimeToLive", LogWaiting);
        if (starts && !provider.GetRequiredService<IOptions<MetricsKitOptions>>().Value.Enabled) Say(() => LogHalfStarted(_logger));
    }

    /// <summary>Names each key once whose value is not the one that the host runs with; again only after it had that value.</summary>
    void NameWaiting(IReadOnlyDictionary<string, string> values)
    {
        foreach (string key in values.Keys.Union(_start.Keys, StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase))
        {
            if (IsHot(key) || section.UnknownKeys.Any(u => key.Equals(u, StringComparison.OrdinalIgnoreCase) || key.StartsWith(u + ":", StringComparison.OrdinalIgnoreCase))) continue;
            if (values.GetValueOrDefault(key) == _start.GetValueOrDefault(key)) _named.Remove(key);
            else Name(key, LogWaiting);
        }
    }

    static bool IsHot(string key) => key.ToUpperInvariant().Split(':')[1..] switch
    {
        ["ENABLED"] or ["LIMITS", "MAXSERIES"] => true,
        ["GROUPS", _, "ENABLED"] or ["GROUPS", _, "METRICS", ..] => true,
        ["INSTRUMENTS", _, "ENABLED" or "MAXSERIES" or "TIMETOLIVE"] => true,
        _ => false,
    };

    void NameUnknown(string key) => Name(key, LogUnknown);

    void Name(string key, Action<ILogger, string> log)
    {
        if (_named.Add(key)) Say(() => log(_logger, key));
    }

    /// <summary>A log that throws is no reason to follow half of a configuration.</summary>
    static void Say(Action log)
    {
        try { log(); }
        catch (Exception) { return; }
    }

    static bool IsSame(IReadOnlyDictionary<string, string> one, IReadOnlyDictionary<string, string> other) =>
        one.Count == other.Count && one.All(pair => other.TryGetValue(pair.Key, out string? value) && value == pair.Value);

    [LoggerMessage(10, LogLevel.Warning, "The configuration key {Key} is not known to the packages of MetricsKit that are installed, and sets nothing: correct or remove it.")]
    static partial void LogUnknown(ILogger logger, string key);

    [LoggerMessage(11, LogLevel.Warning, "The configuration key {Key} has changed, and takes effect at the next start of the host: a restart is needed.")]
    static partial void LogWaiting(ILogger logger, string key);

    [LoggerMessage(12, LogLevel.Error, "The changed configuration has faults and is not used; what was in force stays so. {Faults}")]
    static partial void LogRefused(ILogger logger, string faults);

    [LoggerMessage(13, LogLevel.Error, "The changed configuration could not be read; what was in force stays so.")]
    static partial void LogFailed(ILogger logger, Exception fault);

    [LoggerMessage(15, LogLevel.Warning, "{Warning}")]
    static partial void LogVariable(ILogger logger, string warning);

    [LoggerMessage(14, LogLevel.Warning, "The kit was off when the host started, and measures from now on. Its recorder and its exporters begin at the next start of the host: a restart is needed for them.")]
    static partial void LogHalfStarted(ILogger logger);
}
