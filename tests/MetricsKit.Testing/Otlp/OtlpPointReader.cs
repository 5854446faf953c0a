namespace MetricsKit.Testing;

static class OtlpPointReader
{
    internal static OtlpPointTree Number(ReadOnlySpan<byte> message)
    {
        OtlpPointTree tree = new();
        OtlpReader.Once once = default;
        WireReader reader = new(message);
        while (reader.Next())
        {
            if (reader.Field is 2 or 3 or 4 or 6) once.Meet(reader.Field == 6 ? 4 : reader.Field); // either value
            switch (reader.Field)
            {
                case 2: tree.Start = reader.Fixed64(); break;
                case 3: tree.Time = reader.Fixed64(); break;
                case 4: tree.Value = reader.Real(); break;
                case 5: tree.Exemplars.Add(Exemplar(reader.Bytes())); break;
                case 6: tree.Value = (long)reader.Fixed64(); break;
                case 7: tree.Attributes.Add(OtlpReader.Attribute(reader.Bytes())); break;
                default: throw reader.Unknown("NumberDataPoint");
            }
        }
        if (tree.Value is null) throw new FormatException("A point has no value.");
        return Checked(tree);
    }

    internal static OtlpPointTree Histogram(ReadOnlySpan<byte> message)
    {
        OtlpPointTree tree = new();
        OtlpReader.Once once = default;
        WireReader reader = new(message);
        while (reader.Next())
        {
            if (reader.Field is not (8 or 9)) once.Meet(reader.Field);
            switch (reader.Field)
            {
                case 2: tree.Start = reader.Fixed64(); break;
                case 3: tree.Time = reader.Fixed64(); break;
                case 4: tree.Count = reader.Fixed64(); break;
                case 5: tree.Sum = reader.Real(); break;
                case 6: tree.Buckets = reader.PackedFixed64(); break;
                case 7: tree.Bounds = reader.PackedReals(); break;
                case 8: tree.Exemplars.Add(Exemplar(reader.Bytes())); break;
                case 9: tree.Attributes.Add(OtlpReader.Attribute(reader.Bytes())); break;
                default: throw reader.Unknown("HistogramDataPoint");
            }
        }
        if (tree.Count is null || tree.Sum is null) throw new FormatException("A histogram has no count or no sum.");
        if (tree.Buckets.Length != tree.Bounds.Length + 1) throw new FormatException($"{tree.Buckets.Length} buckets have {tree.Bounds.Length} bounds.");
        return Checked(tree);
    }

    static OtlpPointTree Checked(OtlpPointTree tree)
    {
        if (tree.Start > tree.Time) throw new FormatException($"A point begins at {tree.Start}, after its time {tree.Time}.");
        if (tree.Attributes.DistinctBy(static a => a.Key).Count() != tree.Attributes.Count) throw new FormatException($"An attribute stands twice: {tree.Identity}.");
        return tree;
    }

    static OtlpExemplarTree Exemplar(ReadOnlySpan<byte> message)
    {
        ulong time = 0;
        object? value = null;
        string trace = "", span = "";
        OtlpReader.Once once = default;
        WireReader reader = new(message);
        while (reader.Next())
        {
            once.Meet(reader.Field == 6 ? 3 : reader.Field); // either value
            switch (reader.Field)
            {
                case 2: time = reader.Fixed64(); break;
                case 3: value = reader.Real(); break;
                case 4: span = Convert.ToHexStringLower(reader.Bytes()); break;
                case 5: trace = Convert.ToHexStringLower(reader.Bytes()); break;
                case 6: value = (long)reader.Fixed64(); break;
                default: throw reader.Unknown("Exemplar");
            }
        }
        if (trace.Length != 32 || span.Length != 16) throw new FormatException($"'{trace}' and '{span}' are no ids.");
        return new(time, value ?? throw new FormatException("An exemplar has no value."), trace, span);
    }
}
