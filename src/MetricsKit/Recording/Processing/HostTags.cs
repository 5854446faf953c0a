using System.Collections.Immutable;

namespace MetricsKit;

/// <summary>The host's constant tags on samples: they tell two services apart that write to one place.</summary>
sealed class HostTags(IEnumerable<KeyValuePair<string, string>> tags)
{
    internal static readonly HostTags None = new([]);

    readonly ImmutableArray<KeyValuePair<string, string>> _tags = SampleIdentity.Normalise([.. tags]);

    /// <summary>The step that adds them, behind all others; a sample's own tag wins. Null when there are none.</summary>
    internal ISampleProcessor? Step => _tags.IsEmpty ? null : new SeriesProcessor("Tags", series => new(new SampleSeries(series, _tags.AsSpan())));

    /// <summary>A series' tags without those that are the host's, for what adds the host's by itself: they neither stand there twice nor take room from the series' own.</summary>
    internal ImmutableArray<KeyValuePair<string, string>> Strip(ImmutableArray<KeyValuePair<string, string>> all) => _tags.IsEmpty ? all : all.RemoveAll(_tags.Contains);
}
