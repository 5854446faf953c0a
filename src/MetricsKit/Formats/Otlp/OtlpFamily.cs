using System.Collections.Immutable;

namespace MetricsKit;

/// <summary>What one exporter keeps of a family: what is rendered once, and its pages.</summary>
sealed class OtlpFamily
{
    readonly ImmutableArray<ConventionTag> _keys;
    readonly byte[] _bounds;
    MeterScope? _scope;
    byte[] _scopeHead = [];

    internal OtlpFamily(FamilyDescriptor family, OtlpEncoding encoding, int run)
    {
        var row = family.Row;
        var twin = encoding.Naming == InstrumentNaming.SemanticConventions ? row.Convention : null;
        var kind = twin is { IsUpDown: true } ? InstrumentKind.UpDownCounter : row.Kind;
        IsHistogram = kind == InstrumentKind.Histogram;
        IsObserved = row.IsObserved;
        IsDelta = kind is InstrumentKind.Counter or InstrumentKind.Histogram
            && (encoding.Temporality == OtlpTemporality.Delta || encoding.Temporality == OtlpTemporality.LowMemory && !row.IsObserved);
        Scale = twin?.Scale ?? 1;
        Own = new(run, row.IsObserved);
        Overflow = new(run, row.IsObserved);
        _keys = twin?.Tags ?? [.. row.TagKeys.Select(static k => new ConventionTag(k.Name))];
        AttributeField = IsHistogram ? OtlpField.HistogramAttribute : OtlpField.NumberAttribute;
        WireBytes head = new();
        head.PutText(OtlpField.MetricName, twin?.Name ?? row.Name);
        head.PutText(OtlpField.MetricDescription, row.Description);
        head.PutText(OtlpField.MetricUnit, twin?.Unit ?? row.Unit);
        Head = head.Written.ToArray();
        DataField = kind switch
        {
            InstrumentKind.Gauge => OtlpField.MetricGauge,
            InstrumentKind.Histogram => OtlpField.MetricHistogram,
            _ => OtlpField.MetricSum,
        };
        if (kind != InstrumentKind.Gauge) DataHead = [OtlpField.AggregationTemporality, IsDelta ? OtlpField.IsDelta : OtlpField.IsCumulative];
        if (kind == InstrumentKind.Counter) DataHead = [.. DataHead, OtlpField.SumIsMonotonic, 1];
        _bounds = BoundsOf(IsHistogram ? family.Bounds : []);
    }

    internal bool IsHistogram { get; }

    /// <summary>Whether values are read rather than counted, so that a total may fall.</summary>
    internal bool IsObserved { get; }

    /// <summary>Whether points say what came since the last one that was settled.</summary>
    internal bool IsDelta { get; }

    /// <summary>What values, sums and bounds are multiplied with.</summary>
    internal double Scale { get; }

    internal OtlpPages Own { get; }

    internal OtlpPages Overflow { get; }

    internal byte AttributeField { get; }

    /// <summary>Name, description and unit.</summary>
    internal byte[] Head { get; }

    /// <summary>The field of the metric that says what kind it is.</summary>
    internal byte DataField { get; }

    /// <summary>What stands in it before the points.</summary>
    internal byte[] DataHead { get; } = [];

    /// <summary>The field with a histogram's bounds, which is the same in each of its points, and behind it room for a copy in whole vectors.</summary>
    internal ReadOnlySpan<byte> Bounds => _bounds.AsSpan(0, _bounds.Length - TextBytes.Padding);

    /// <summary>The field with the scope, which may change: meters of another version may come to feed the same instrument.</summary>
    internal ReadOnlySpan<byte> ScopeHead(MeterScope scope)
    {
        if (!ReferenceEquals(scope, _scope))
        {
            WireBytes head = new();
            int at = head.Open(OtlpField.ScopeMetricsScope);
            head.PutText(OtlpField.ScopeName, scope.Name);
            if (scope.Version is { Length: > 0 } version) head.PutText(OtlpField.ScopeVersion, version);
            foreach (var (key, value) in scope.Attributes) OtlpAttributes.Put(head, OtlpField.ScopeAttribute, key, value);
            head.Close(at);
            _scopeHead = head.Written.ToArray();
            _scope = scope;
        }
        return _scopeHead;
    }

    internal void Follow(in FamilySlice slice)
    {
        Own.Follow(slice.Pages, slice.Count);
        Overflow.Follow(slice.OverflowPages, slice.OverflowCount);
    }

    /// <summary>The attributes of a series, those without a text left out (I10).</summary>
    internal void PutAttributes(LabelPage page, int at, WireBytes to)
    {
        var values = page.ValuesAt(at);
        if (page.HasOwnKeys)
        {
            for (int k = 0; k < values.Length; k += 2) OtlpAttributes.Put(to, AttributeField, values[k], values[k + 1]);
        }
        else
        {
            for (int k = 0; k < values.Length; k++)
            {
                if (values[k].Length == 0) continue;
                if (_keys[k].IsNumber) OtlpAttributes.PutNumber(to, AttributeField, _keys[k].Key, values[k]);
                else OtlpAttributes.Put(to, AttributeField, _keys[k].Key, _keys[k].ValueOf(values[k]));
            }
        }
        if (page.Overflow) OtlpAttributes.PutOverflow(to, AttributeField);
    }

    byte[] BoundsOf(ImmutableArray<double> bounds)
    {
        if (bounds.IsEmpty) return new byte[TextBytes.Padding]; // one bucket has none
        var scaled = new long[bounds.Length];
        for (int i = 0; i < scaled.Length; i++) scaled[i] = BitConverter.DoubleToInt64Bits(bounds[i] * Scale);
        WireBytes field = new();
        field.Put(OtlpField.HistogramBounds);
        field.PutVarint((uint)(8 * scaled.Length));
        WireBytes.PutNumbers(scaled, field.Room(8 * scaled.Length));
        field.End += 8 * scaled.Length + TextBytes.Padding; // which is always there
        return field.Written.ToArray();
    }
}
