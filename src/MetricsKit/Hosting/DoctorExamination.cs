using System.Globalization;

namespace MetricsKit;

/// <summary>Makes findings of a chart: a function of what it is given.</summary>
static class DoctorExamination
{
    /// <summary>Most findings of one kind. Chosen so that a report stays readable; one more says how many there are besides.</summary>
    internal const int Most = 20;

    /// <summary>From so many values on a key that sounds like an identifier is taken for one. Chosen above the robots, disks or shards that a small site numbers.</summary>
    const int ManyValues = 20;

    /// <summary>From so many on also one that only ends in "id". Chosen above the disks, shards and threads that a machine numbers.</summary>
    const int VeryManyValues = 200;

    /// <summary>Words that name a person, a visit or an event whatever the number of values, also when they are not set apart.</summary>
    static readonly string[] AlwaysIdentifiers =
    [
        "guid", "uuid", "email", "traceid", "spanid", "sessionid", "requestid", "correlationid", "userid", "customerid", "orderid", "messageid", "accountid", "transactionid", "paymentid", "invoiceid",
    ];

    /// <summary>Words that often do.</summary>
    static readonly string[] OftenIdentifiers = ["user", "username", "session", "trace", "ip", "token", "hash", "timestamp"];

    internal static IReadOnlyList<Finding> Of(DoctorChart chart) =>
    [
        .. Few(chart.UnselectedMeters.Order(StringComparer.Ordinal).Select(OfMeter), "meters are not selected either"),
        .. Few(chart.StrangersMeters.Order(StringComparer.Ordinal).Select(OfStranger), "meters belong to other hosts as well"),
        .. Few(chart.Instruments.SelectMany(BoundsExamination.Of), "histograms have bounds of another unit as well"),
        .. Few(chart.Instruments.SelectMany(OfTags), "tags look like identifiers as well"),
        .. Few(chart.Instruments.SelectMany(OfLimit), "instruments are at their limit as well"),
        .. Few(chart.Conflicts.Select(static c => new Finding("name-conflict", c.Instrument, c.Text)), "instruments are in conflict as well"),
        .. Few(chart.Callbacks.SelectMany(OfCallback), "callbacks failed or hung as well"),
        .. chart.UnreadableFiles.Select(static f => new Finding("host-file-unreadable", f.File, $"{f.File} cannot be read, so {f.Absent} are absent: mount the host's tree and name it with MetricsKit:Host, or switch them off with MetricsKit:Groups.")),
        .. Few(chart.UnknownKeys.Select(static k => new Finding("unknown-key", k, $"The configuration key {k} sets nothing: correct or remove it.")), "keys are unknown as well"),
        .. Few(chart.UnmatchedPatterns.Select(static p => new Finding("pattern-unmatched", p, $"MetricsKit:Instruments:{p} matches no instrument so far: correct the name, select its meter with MetricsKit:Meters, or remove it.")), "patterns match nothing either"),
    ];

    /// <summary>Whether a key with so many values is one of persons, visits or events, whose number nobody knows beforehand.</summary>
    internal static bool LooksLikeIdentifier(ChartedTag tag)
    {
        string[] words = Words(tag.Key).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var joined = words.Zip(words.Skip(1), static (one, next) => one + next);
        if (words.Concat(joined).Any(AlwaysIdentifiers.Contains) || Guid.TryParse(tag.Example, CultureInfo.InvariantCulture, out _)) return true;
        if (tag.Values > ManyValues && words.Any(OftenIdentifiers.Contains)) return true;
        return tag.Values > VeryManyValues && words.Contains("id");
    }

    static Finding OfMeter(string name) => new("meter-not-selected", name, $"The meter {name} has instruments that are not measured: add it to MetricsKit:Meters, or call AddMeter(\"{name}\").");

    static Finding OfStranger(string name) => new("meter-of-another-host", name, $"The meter {name} is selected and belongs to another host of this process, which alone can measure it: select it there, with MetricsKit:Meters or AddMeter(\"{name}\").");

    static IEnumerable<Finding> OfTags(ChartedInstrument i) =>
        i.Tags.Where(LooksLikeIdentifier).Select((t, n) => new Finding("identifier-as-tag", $"{i.Name} {t.Key}",
            $"The tag {t.Key} of {i.Name} looks like an identifier, {(t.Values == 1 ? "with one value" : string.Create(CultureInfo.InvariantCulture, $"with {t.Values} values"))} so far, and each value is a series: leave it out with MetricsKit:Instruments:{i.Drops.Pattern}:DropTagKeys:{(i.Drops.Next + n).ToString(CultureInfo.InvariantCulture)}={t.Key}."));

    static IEnumerable<Finding> OfLimit(ChartedInstrument i)
    {
        if (i.Folded == 0) yield break;
        string widest = i.Tags.Count == 0 ? "" : i.Tags.MaxBy(static t => t.Values).Key is var key ? $", most of them by the tag {key}" : "";
        yield return new("series-limit", i.Name, string.Create(CultureInfo.InvariantCulture,
            $"The instrument {i.Name} met its limit of {i.Limit} series or the host's{widest}, and {i.Folded} measurements were folded: give the tag fewer values, or raise MetricsKit:Instruments:{i.Name}:MaxSeries or MetricsKit:Limits:MaxSeries."));
    }

    static IEnumerable<Finding> OfCallback(ChartedCallback c)
    {
        string now = c.IsAbsent ? "its series are absent until it returns" : "it works again";
        if (c.Hangs > 0) yield return new("callback-hung", c.Name, string.Create(CultureInfo.InvariantCulture, $"{c.Name} did not return in time, {c.Hangs} times so far, and {now}: let it answer from memory and do slow work elsewhere."));
        if (c.Errors > 0) yield return new("callback-failed", c.Name, string.Create(CultureInfo.InvariantCulture, $"{c.Name} threw an exception, {c.Errors} times so far: the log has the first of each episode, and its series are absent while it throws."));
    }

    static Finding[] Few(IEnumerable<Finding> findings, string more)
    {
        Finding[] all = [.. findings];
        if (all.Length <= Most) return all;
        return [.. all.Take(Most), new(all[0].Code, "*", string.Create(CultureInfo.InvariantCulture, $"{all.Length - Most} more {more}: mend these first."))];
    }

    /// <summary>The words of a key in lower case with a space between, however they were joined: <c>user.id</c>, <c>user_id</c> and <c>userId</c> are the same.</summary>
    static string Words(string key)
    {
        System.Text.StringBuilder words = new(key.Length + 4);
        for (int i = 0; i < key.Length; i++)
        {
            if (!char.IsLetterOrDigit(key[i])) words.Append(' ');
            else if (char.IsUpper(key[i]) && i > 0 && char.IsLower(key[i - 1])) words.Append(' ').Append(char.ToLowerInvariant(key[i]));
            else words.Append(char.ToLowerInvariant(key[i]));
        }
        return words.ToString();
    }
}
