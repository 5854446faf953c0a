using System.Globalization;

namespace MetricsKit.Testing;

// The samples of one histogram or summary family: series by series, each with ascending bounds, then its sum and its count.
sealed class DistributionReader(string family, ExpositionType type, ExpositionSyntax format, ExpositionRules rules)
{
    readonly string _boundLabel = type == ExpositionType.Histogram ? "le" : "quantile";
    readonly HashSet<string> _seen = [];

    // The series that is being read.
    string? _series;
    LineReader? _lastLine;
    ExpositionSample? _lastBound;
    double _bound;
    bool _negative;
    double? _sum;
    double? _count;

    public void Add(ExpositionSample sample, SampleRole role, LineReader line)
    {
        Enter(SeriesIdentity.Of("", sample.Labels, except: _boundLabel), line);
        _lastLine = line;
        switch (role)
        {
            case SampleRole.Sum:
                NoBound(sample, line);
                _sum = double.IsNaN(sample.Value) ? throw line.Error("The sum is NaN.") : sample.Value;
                break;
            case SampleRole.Count:
                NoBound(sample, line);
                RequireCount(sample, line);
                _count = sample.Value;
                break;
            default:
                AddBound(sample, line);
                break;
        }
    }

    public void Close()
    {
        if (_series is null)
        {
            return;
        }

        // "Negative threshold buckets MAY be used, but then the Histogram MetricPoint MUST NOT contain a sum value", and the count goes with the sum.
        var bucketsAlone = _negative && format == ExpositionSyntax.OpenMetrics && type == ExpositionType.Histogram;
        if (bucketsAlone && (_sum is not null || _count is not null))
        {
            throw _lastLine!.Error($"A series of {family} has a negative bound, and so neither a _sum nor a _count.");
        }

        var missing = bucketsAlone ? null : (_sum, _count) switch { (null, _) => "_sum", (_, null) => "_count", _ => null };
        if (missing is not null)
        {
            throw _lastLine!.Error($"A series of {family} ends without its {missing}.");
        }

        if (type == ExpositionType.Histogram)
        {
            if (_lastBound is null || _bound != double.PositiveInfinity)
            {
                throw _lastLine!.Error($"A series of {family} has no bucket with le=\"+Inf\".");
            }

            if (!bucketsAlone && _lastBound.Value != _count)
            {
                throw _lastLine!.Error(string.Create(CultureInfo.InvariantCulture, $"The bucket +Inf of {family} has {_lastBound.RawValue} and its count says {_count}."));
            }
        }

        (_series, _lastBound, _negative, _sum, _count) = (null, null, false, null, null);
    }

    void Enter(string series, LineReader line)
    {
        if (_series == series)
        {
            return;
        }

        Close();
        _series = series;
        if (!_seen.Add(series))
        {
            throw line.Error($"A series of {family} goes on after another began: its samples are not contiguous.");
        }
    }

    void AddBound(ExpositionSample sample, LineReader line)
    {
        var bound = Bound(sample, line);
        if (_sum is not null || _count is not null)
        {
            throw line.Error($"A sample with {_boundLabel} comes after the sum or the count of its series.");
        }

        if (_lastBound is not null && !(bound > _bound))
        {
            throw line.Error($"The label {_boundLabel} does not increase: {_lastBound[_boundLabel]} comes before {sample[_boundLabel]}.");
        }

        if (type == ExpositionType.Histogram)
        {
            RequireCount(sample, line);
            if (_lastBound is not null && sample.Value < _lastBound.Value)
            {
                throw line.Error($"The buckets are not cumulative: {sample.RawValue} comes after {_lastBound.RawValue}.");
            }

            if (sample.Exemplar is { } exemplar && !(exemplar.Value <= bound && (_lastBound is null || exemplar.Value > _bound)))
            {
                throw line.Error($"The exemplar {exemplar.RawValue} lies outside its bucket.");
            }
        }

        (_lastBound, _bound, _negative) = (sample, bound, _negative || bound < 0);
    }

    double Bound(ExpositionSample sample, LineReader line)
    {
        var text = sample[_boundLabel] ?? throw line.Error($"The sample has no label {_boundLabel}.");
        if (!GoFloat.TryParse(text, out var bound) || double.IsNaN(bound))
        {
            throw line.Error($"The label {_boundLabel} is not a number as Go reads it.");
        }

        if (type == ExpositionType.Summary && bound is < 0 or > 1)
        {
            throw line.Error("A quantile lies between 0 and 1.");
        }

        // The canonical numbers of OpenMetrics: Prometheus compares le as text, so "1" and "1.0" would be two buckets.
        if (double.IsFinite(bound) && !rules.AllowIntegerBounds && (text.Contains('E', StringComparison.Ordinal) || !text.AsSpan().ContainsAny('.', 'e')))
        {
            throw line.Error($"The label {_boundLabel} is not canonical: integers are written with .0, exponents with a small e.");
        }

        return bound;
    }

    void NoBound(ExpositionSample sample, LineReader line)
    {
        if (sample[_boundLabel] is not null)
        {
            throw line.Error($"The sum and the count must not carry {_boundLabel}.");
        }
    }

    static void RequireCount(ExpositionSample sample, LineReader line)
    {
        if (!(sample.Value >= 0 && double.IsInteger(sample.Value)))
        {
            throw line.Error($"{sample.RawValue} is not a count: counts are whole and not negative.");
        }
    }
}
