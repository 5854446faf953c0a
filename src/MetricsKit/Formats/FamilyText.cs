using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace MetricsKit;

/// <summary>What is rendered once for a family: its header, its names and its bucket labels.</summary>
sealed class FamilyText
{
    /// <summary>What begins the lines of a histogram, up to the labels.</summary>
    internal readonly byte[] Bucket = [], Sum = [], Count = [];

    /// <summary>For each bucket the label <c>le</c> and the end of the label block.</summary>
    internal readonly BoundText[] Bounds = [];

    /// <summary>Whether a bound is negative: the sum may fall then, and OpenMetrics forbids it, and the count without it.</summary>
    internal readonly bool HasNegativeBound;

    readonly byte[] _name;
    readonly byte[][] _keys;
    readonly byte[] _constant;
    readonly (string Key, byte[] Text)[] _constants;
    readonly bool _isHistogram;
    readonly FamilyDescriptor _family;

    // Made when they are first asked for: whoever scrapes nearly always asks for the same format.
    byte[]? _header, _openMetricsHeader;

    FamilyText(FamilyDescriptor family)
    {
        var row = family.Row;
        string name = family.PrometheusName;
        _family = family;
        _isHistogram = row.Kind == InstrumentKind.Histogram;
        _name = Encoding.UTF8.GetBytes(name);
        _keys = [.. row.TagKeys.Select(static k => Encoding.UTF8.GetBytes(PrometheusName.OfTag(k.Name) + "=\""))];
        _constants = [.. family.ConstantTags.Select(static t => (PrometheusName.OfTag(t.Key), Encoding.UTF8.GetBytes($"{PrometheusName.OfTag(t.Key)}=\"{EscapeLabel(TagText.Sanitise(t.Value, out _))}\",")))];
        _constant = [.. _constants.SelectMany(static c => c.Text)];
        if (!_isHistogram) return;
        Bucket = Encoding.UTF8.GetBytes(name + "_bucket{");
        Sum = Encoding.UTF8.GetBytes(name + "_sum");
        Count = Encoding.UTF8.GetBytes(name + "_count");
        HasNegativeBound = family.Bounds is [< 0, ..];
        Bounds = [.. family.Bounds.Select(static b => new BoundText(FormatBound(b))), new BoundText("+Inf")];
    }

    internal byte[] HeaderIn(ExpositionFormat format) => format == ExpositionFormat.OpenMetrics ? _openMetricsHeader ??= MakeOpenMetricsHeader() : _header ??= MakeHeader();

    byte[] MakeHeader()
    {
        string name = _family.PrometheusName;
        return Encoding.UTF8.GetBytes($"# HELP {name} {Help()}\n# TYPE {name} {Type()}\n");
    }

    byte[] MakeOpenMetricsHeader()
    {
        var row = _family.Row;
        string name = PrometheusName.OfFamily(_family.PrometheusName, row);
        string unit = PrometheusName.UnitWord(row.Unit);
        string unitLine = unit.Length > 0 && name.EndsWith("_" + unit, StringComparison.Ordinal) ? $"# UNIT {name} {unit}\n" : "";
        return Encoding.UTF8.GetBytes($"# TYPE {name} {(row.IsInfo ? "info" : Type())}\n{unitLine}# HELP {name} {Help().Replace("\"", "\\\"", StringComparison.Ordinal)}\n");
    }

    string Type() => _family.Row.Kind switch
    {
        InstrumentKind.Counter => "counter",
        InstrumentKind.Histogram => "histogram",
        _ => "gauge",
    };

    string Help() => string.Join(' ', _family.Row.Description.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Replace("\\", "\\\\", StringComparison.Ordinal);

    internal static FamilyText Of(FamilyDescriptor family) => (FamilyText)(family.Rendered ??= new FamilyText(family));

    /// <summary>
    /// The label blocks of a page, rendered up to the series that are asked for. A scalar's block is the whole line up to the value;
    /// a histogram's is its labels with a comma behind each, to be followed by <c>le</c>.
    /// </summary>
    internal RenderedLabels Render(LabelPage page, int count)
    {
        if (Volatile.Read(ref page.Rendered) is { } done && done.Count >= count) return done;
        lock (page)
        {
            var before = page.Rendered;
            if (before is not null && before.Count >= count) return before;
            int[] ends = before?.Ends ?? new int[page.Capacity];
            int at = before is null ? 0 : ends[before.Count - 1];
            // How long the blocks get is known when they are there: they are rendered into a lent array and kept in one of their size.
            byte[] lent = ArrayPool<byte>.Shared.Rent(at + (count - (before?.Count ?? 0)) * 96), text = lent;
            before?.Text.AsSpan(0, at).CopyTo(text);
            for (int i = before?.Count ?? 0; i < count; i++)
            {
                Append(page, i, ref text, ref at);
                ends[i] = at;
            }
            var kept = GC.AllocateUninitializedArray<byte>(at + TextBytes.Padding);
            text.AsSpan(0, at).CopyTo(kept);
            ArrayPool<byte>.Shared.Return(lent);
            RenderedLabels rendered = new(kept, ends, count);
            Volatile.Write(ref page.Rendered, rendered);
            return rendered;
        }
    }

    /// <remarks>Optimised from the first call: the first scrape renders every series before the runtime would think of compiling this again.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Append(LabelPage page, int series, ref byte[] text, ref int at)
    {
        int begin = at;
        if (!_isHistogram)
        {
            Put(_name, ref text, ref at);
            Put("{"u8, ref text, ref at);
        }
        int labels = at;
        var values = page.ValuesAt(series);
        if (page.HasOwnKeys) AppendOwn(values, ref text, ref at);
        else
        {
            for (int k = 0; k < values.Length; k++)
            {
                if (values[k].Length == 0) continue;
                Put(_keys[k], ref text, ref at);
                PutEscaped(values[k], ref text, ref at);
                Put("\","u8, ref text, ref at);
            }
            Put(_constant, ref text, ref at);
        }
        if (page.Overflow) Put("otel_metric_overflow=\"true\","u8, ref text, ref at);
        if (_isHistogram) return;
        if (at == labels)
        {
            at = begin + _name.Length; // no braces around nothing
            Put(" "u8, ref text, ref at);
            return;
        }
        at--; // the last comma
        Put("} "u8, ref text, ref at);
    }

    /// <summary>Keys and values by turns, and those of the host's tags that the series does not have itself.</summary>
    void AppendOwn(ReadOnlySpan<string> tags, ref byte[] text, ref int at)
    {
        ulong taken = 0; // a bit for each of the host's tags, of which there are at most 16
        for (int k = 0; k < tags.Length; k += 2)
        {
            string key = PrometheusName.OfTextTag(tags[k]);
            for (int c = 0; c < _constants.Length; c++)
            {
                if (_constants[c].Key == key) taken |= 1UL << c;
            }
            PutEscaped(key, ref text, ref at);
            Put("=\""u8, ref text, ref at);
            PutEscaped(tags[k + 1], ref text, ref at);
            Put("\","u8, ref text, ref at);
        }
        for (int c = 0; c < _constants.Length; c++)
        {
            if ((taken >> c & 1) == 0) Put(_constants[c].Text, ref text, ref at);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void PutEscaped(string value, ref byte[] text, ref int at)
    {
        if (value.AsSpan().IndexOfAny('\\', '"', '\n') >= 0) value = EscapeLabel(value);
        Room(ref text, at, Encoding.UTF8.GetMaxByteCount(value.Length));
        at += Encoding.UTF8.GetBytes(value, text.AsSpan(at));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Put(ReadOnlySpan<byte> bytes, ref byte[] text, ref int at)
    {
        Room(ref text, at, bytes.Length);
        bytes.CopyTo(text.AsSpan(at));
        at += bytes.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Room(ref byte[] text, int at, int length)
    {
        if (text.Length - at < length) Array.Resize(ref text, Math.Max(at + length, text.Length * 2));
    }

    internal static string EscapeLabel(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    /// <summary>Shortest round trip, with <c>.0</c> on whole numbers, in both formats: the label is the same whoever scrapes.</summary>
    internal static string FormatBound(double bound)
    {
        string text = bound.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');
        return text.AsSpan().IndexOfAny('.', 'e') < 0 ? text + ".0" : text;
    }
}
