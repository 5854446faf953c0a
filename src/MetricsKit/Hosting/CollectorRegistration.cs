namespace MetricsKit;

/// <summary>A collector of the host.</summary>
/// <param name="Name">What it is called in the log and in the kit's own metrics.</param>
/// <param name="Group">The group whose switch and interval apply; null: none.</param>
/// <param name="Make">Makes it from the host's services.</param>
/// <param name="IsSampled">Whether it reads in the rhythm of <see cref="DerivedOptions.Interval"/>.</param>
sealed record CollectorRegistration(string Name, string? Group, Func<IServiceProvider, ICollector> Make, bool IsSampled = false);
