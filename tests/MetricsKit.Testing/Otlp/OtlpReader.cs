namespace MetricsKit.Testing;

/// <summary>Reads requests of OTLP metrics by the numbers of <c>opentelemetry/proto</c>, knowing nothing of who wrote them. A field that it does not know is an error, and so is one that stands twice and may not.</summary>
public static class OtlpReader
{
    public static OtlpTree Read(ReadOnlySpan<byte> message)
    {
        OtlpTree? tree = null;
        WireReader reader = new(message);
        while (reader.Next())
        {
            if (reader.Field != 1) throw reader.Unknown("ExportMetricsServiceRequest");
            if (tree is not null) throw new FormatException("There are two resources.");
            tree = Resource(reader.Bytes());
        }
        return tree ?? throw new FormatException("There is no resource.");
    }

    static OtlpTree Resource(ReadOnlySpan<byte> message)
    {
        OtlpTree tree = new();
        Once once = default;
        WireReader reader = new(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    once.Meet(1);
                    WireReader resource = new(reader.Bytes());
                    while (resource.Next()) tree.Resource.Add(resource.Field == 1 ? Attribute(resource.Bytes()) : throw resource.Unknown("Resource"));
                    break;
                case 2: tree.Scopes.Add(Scope(reader.Bytes())); break;
                default: throw reader.Unknown("ResourceMetrics");
            }
        }
        if (!once.Met(1)) throw new FormatException("There are metrics of no resource.");
        return tree;
    }

    static OtlpScopeTree Scope(ReadOnlySpan<byte> message)
    {
        OtlpScopeTree tree = new();
        Once once = default;
        WireReader reader = new(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    once.Meet(1);
                    Scope(reader.Bytes(), tree);
                    break;
                case 2: tree.Metrics.Add(Metric(reader.Bytes())); break;
                default: throw reader.Unknown("ScopeMetrics");
            }
        }
        if (!once.Met(1)) throw new FormatException("There are metrics of no scope.");
        return tree;
    }

    static void Scope(ReadOnlySpan<byte> message, OtlpScopeTree tree)
    {
        Once once = default;
        WireReader reader = new(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: once.Meet(1); tree.Name = reader.Text(); break;
                case 2: once.Meet(2); tree.Version = reader.Text(); break;
                case 3: tree.Attributes.Add(Attribute(reader.Bytes())); break;
                default: throw reader.Unknown("InstrumentationScope");
            }
        }
    }

    static OtlpMetricTree Metric(ReadOnlySpan<byte> message)
    {
        OtlpMetricTree tree = new();
        Once once = default;
        WireReader reader = new(message);
        while (reader.Next())
        {
            once.Meet(reader.Field);
            switch (reader.Field)
            {
                case 1: tree.Name = reader.Text(); break;
                case 2: tree.Description = reader.Text(); break;
                case 3: tree.Unit = reader.Text(); break;
                case 5: Data(reader.Bytes(), tree, "gauge"); break;
                case 7: Data(reader.Bytes(), tree, "sum"); break;
                case 9: Data(reader.Bytes(), tree, "histogram"); break;
                default: throw reader.Unknown("Metric");
            }
        }
        return tree;
    }

    static void Data(ReadOnlySpan<byte> message, OtlpMetricTree tree, string kind)
    {
        if (tree.Kind.Length > 0) throw new FormatException($"A metric is a {tree.Kind} and a {kind}.");
        tree.Kind = kind;
        Once once = default;
        WireReader reader = new(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: tree.Points.Add(kind == "histogram" ? OtlpPointReader.Histogram(reader.Bytes()) : OtlpPointReader.Number(reader.Bytes())); break;
                case 2 when kind != "gauge": once.Meet(2); tree.Temporality = (int)reader.Varint(); break;
                case 3 when kind == "sum": once.Meet(3); tree.IsMonotonic = reader.Bool(); break;
                default: throw reader.Unknown(kind);
            }
        }
    }

    internal static KeyValuePair<string, object> Attribute(ReadOnlySpan<byte> message)
    {
        string? key = null;
        object? value = null;
        Once once = default;
        WireReader reader = new(message);
        while (reader.Next())
        {
            once.Meet(reader.Field);
            if (reader.Field == 1) key = reader.Text();
            else if (reader.Field == 2) value = AnyValue(reader.Bytes());
            else throw reader.Unknown("KeyValue");
        }
        return new(key is { Length: > 0 } ? key : throw new FormatException("An attribute has no key."), value ?? throw new FormatException($"The attribute {key} has no value."));
    }

    static object? AnyValue(ReadOnlySpan<byte> message)
    {
        object? value = null;
        WireReader reader = new(message);
        while (reader.Next())
        {
            if (value is not null) throw new FormatException("An attribute has two values.");
            value = reader.Field switch
            {
                1 => reader.Text(),
                2 => reader.Bool(),
                3 => (long)reader.Varint(),
                _ => throw reader.Unknown("AnyValue"),
            };
        }
        return value;
    }

    /// <summary>Which fields have been met that may stand once.</summary>
    internal struct Once
    {
        ulong _met;

        internal void Meet(int field)
        {
            if (Met(field)) throw new FormatException($"The field {field} stands twice.");
            _met |= 1UL << field;
        }

        internal readonly bool Met(int field) => (_met >> field & 1) != 0;
    }
}
