using System.Text;
using MetricsKit.Testing;
using static MetricsKit.Tests.Oracle.BrokenDocument;

namespace MetricsKit.Tests.Oracle;

// One row a rule: the name says what is wrong, so that a failing test reads as a sentence.
static class BrokenDocuments
{
    const string Gauge = "# TYPE x gauge\n";
    const string TextCounter = "# TYPE x_total counter\n";
    const string Counter = "# TYPE x counter\n";
    const string Histogram = "# TYPE h histogram\n";
    const string Eof = "# EOF\n";

    static readonly string _tooLong = new('v', 128);

    public static readonly IReadOnlyDictionary<string, BrokenDocument> All = new Dictionary<string, BrokenDocument>
    {
        // Bytes and white space.
        ["document is empty"] = Text("", 1, "empty"),
        ["invalid UTF-8"] = new(ExpositionSyntax.Text, [.. Encoding.UTF8.GetBytes(Gauge + "x{a=\""), 0xC3, .. "\"} 1\n"u8], 2, "UTF-8"),
        ["surrogate encoded as UTF-8"] = new(ExpositionSyntax.Text, [.. Encoding.UTF8.GetBytes(Gauge + "x{a=\""), 0xED, 0xA0, 0x80, .. "\"} 1\n"u8], 2, "UTF-8"),
        ["byte order mark"] = Text("\uFEFF" + Gauge + "x 1\n", 1, "byte order mark"),
        ["last line without newline"] = Text(Gauge + "x 1", 2, "newline"),
        ["last line without newline in OpenMetrics"] = OpenMetrics(Gauge + "x 1\n# EOF", 3, "newline"),
        ["blank line"] = Text(Gauge + "\nx 1\n", 2, "blank"),
        ["blank line in OpenMetrics"] = OpenMetrics(Gauge + "x 1\n\n" + Eof, 3, "blank"),
        ["carriage return at the end"] = Text("# TYPE x gauge\r\nx 1\r\n", 1, "carriage return"),
        ["trailing space"] = Text(Gauge + "x 1 \n", 2, "white space"),
        ["trailing space of an empty HELP"] = Text("# HELP x \n" + Gauge + "x 1\n", 1, "white space"),
        ["trailing tab"] = Text(Gauge + "x 1\t\n", 2, "white space"),
        ["leading space"] = Text(Gauge + " x 1\n", 2, "white space"),
        ["two spaces before the value"] = Text(Gauge + "x  1\n", 2, "Expected a word"),
        ["tab before the value"] = Text(Gauge + "x\t1\n", 2, "before the value"),
        ["no space after the labels"] = Text(Gauge + "x{a=\"b\"}1\n", 2, "before the value"),
        ["space before the labels"] = Text(Gauge + "x {a=\"b\"} 1\n", 2, "not a number"),
        ["space between labels"] = Text(Gauge + "x{a=\"b\", c=\"d\"} 1\n", 2, "label name"),
        ["two spaces in TYPE"] = Text("# TYPE x  gauge\nx 1\n", 1, "after one space"),
        ["two spaces after TYPE"] = Text("# TYPE  x gauge\nx 1\n", 1, "metric name"),
        ["tab in TYPE"] = Text("# TYPE x\tgauge\nx 1\n", 1, "after the name of the family"),
        ["tab after TYPE"] = Text("# TYPE\tx gauge\nx 1\n", 1, "before the name of the family"),
        ["two spaces after the hash"] = Text("#  TYPE x gauge\nx 1\n", 1, "Expected a word"),
        ["no space after the hash"] = Text("#TYPE x gauge\nx 1\n", 1, "after #"),
        ["two spaces before HELP text"] = Text("# HELP x  Text.\n" + Gauge + "x 1\n", 1, "after one space"),
        ["HELP without text"] = Text("# HELP x\n" + Gauge + "x 1\n", 1, "after the name of the family"),
        ["more after TYPE"] = Text("# TYPE x gauge now\nx 1\n", 1, "end of the line"),

        // Names, labels and escapes.
        ["metric name begins with a digit"] = Text("# TYPE 1x gauge\n1x 1\n", 1, "metric name"),
        ["metric name has a dot"] = Text(Gauge + "x.y 1\n", 2, "before the value"),
        ["metric name is not ASCII"] = Text("# TYPE größe gauge\n", 1, "after the name"),
        ["sample without a name"] = Text(Gauge + "{a=\"b\"} 1\n", 2, "metric name"),
        ["label name begins with a digit"] = Text(Gauge + "x{1a=\"b\"} 1\n", 2, "label name"),
        ["label name has a colon"] = Text(Gauge + "x{a:b=\"c\"} 1\n", 2, "after a label name"),
        ["label name is reserved"] = Text(Gauge + "x{__name__=\"y\"} 1\n", 2, "two underscores"),
        ["label twice in one sample"] = Text(Gauge + "x{a=\"1\",b=\"2\",a=\"3\"} 1\n", 2, "twice"),
        ["empty braces"] = Text(Gauge + "x{} 1\n", 2, "label name"),
        ["comma after the last label"] = Text(Gauge + "x{a=\"b\",} 1\n", 2, "label name"),
        ["label value without quotes"] = Text(Gauge + "x{a=b} 1\n", 2, "before a label value"),
        ["label value is not closed"] = Text(Gauge + "x{a=\"b} 1\n", 2, "not closed"),
        ["labels are not closed"] = Text(Gauge + "x{a=\"b\" 1\n", 2, "after the labels"),
        ["raw newline in a label value"] = Text(Gauge + "x{a=\"b\nc\"} 1\n", 2, "not closed"),
        ["raw quote in a label value"] = Text(Gauge + "x{a=\"b\"c\"} 1\n", 2, "after the labels"),
        ["unknown escape in a label value"] = Text(Gauge + "x{a=\"\\t\"} 1\n", 2, "escape \\t"),
        ["backslash before the closing quote"] = Text(Gauge + "x{a=\"\\\"} 1\n", 2, "not closed"),
        ["backslash at the end of the line"] = Text(Gauge + "x{a=\"\\\n", 2, "escape"),
        ["unknown escape in HELP"] = Text("# HELP x a\\tb\n" + Gauge, 1, "escape \\t"),
        ["escaped quote in HELP of text"] = Text("# HELP x \\\"b\\\"\n" + Gauge, 1, "escape \\\""),
        ["raw quote in HELP of OpenMetrics"] = OpenMetrics("# HELP x \"b\"\n" + Gauge + Eof, 1, "quote"),
        ["backslash at the end of HELP"] = Text("# HELP x b\\\n" + Gauge, 1, "escape"),

        // Values.
        ["value is missing"] = Text(Gauge + "x\n", 2, "before the value"),
        ["value with a decimal comma"] = Text(Gauge + "x 1,5\n", 2, "not a number"),
        ["value with group separators"] = Text(Gauge + "x 1_000\n", 2, "not a number"),
        ["value with a Swedish minus"] = Text(Gauge + "x \u22121\n", 2, "not a number"),
        ["value in Arabic digits"] = Text(Gauge + "x \u0661\n", 2, "not a number"),
        ["value in hexadecimal"] = Text(Gauge + "x 0x1p3\n", 2, "not a number"),
        ["value is Infinity as .NET writes it"] = Text(Gauge + "x Infinity\n", 2, "not a number"),
        ["value is the sign of infinity"] = Text(Gauge + "x \u221E\n", 2, "not a number"),
        ["value is inf without its sign"] = Text(Gauge + "x Inf\n", 2, "not a number"),
        ["value is a small nan"] = Text(Gauge + "x nan\n", 2, "not a number"),
        ["value is out of range"] = Text(Gauge + "x 1e999\n", 2, "not a number"),
        ["value is only a sign"] = Text(Gauge + "x -\n", 2, "not a number"),
        ["value is only a point"] = Text(Gauge + "x .\n", 2, "not a number"),
        ["exponent is empty"] = Text(Gauge + "x 1e\n", 2, "not a number"),
        ["timestamp in text"] = Text(Gauge + "x 1 1700000000000\n", 2, "timestamp"),
        ["timestamp in OpenMetrics"] = OpenMetrics(Gauge + "x 1 1700000000.5\n" + Eof, 2, "timestamp"),

        // Families.
        ["sample before any family"] = Text("x 1\n", 1, "no TYPE"),
        ["family with HELP alone"] = Text("# HELP x Text.\nx 1\n", 1, "no TYPE"),
        ["family with HELP alone and no samples"] = OpenMetrics("# HELP x Text.\n" + Eof, 1, "no TYPE"),
        ["sample of no family"] = Text(Gauge + "x 1\ny 1\n", 3, "does not belong"),
        ["sample of the name with a suffix"] = Text(Gauge + "x_count 1\n", 2, "does not belong"),
        ["sample of an earlier family"] = Text(Gauge + "x{a=\"1\"} 1\n# TYPE y gauge\ny 1\nx{a=\"2\"} 1\n", 5, "which was closed"),
        ["family is repeated"] = Text(Gauge + "x{a=\"1\"} 1\n# TYPE y gauge\ny 1\n# TYPE x gauge\nx{a=\"2\"} 1\n", 5, "repeated"),
        ["HELP interleaved with another family"] = Text("# HELP x Text.\n# TYPE y gauge\n# TYPE x gauge\n", 1, "no TYPE"),
        ["TYPE twice"] = Text(Gauge + Gauge + "x 1\n", 2, "second TYPE"),
        ["HELP twice"] = Text("# HELP x A.\n# HELP x A.\n" + Gauge + "x 1\n", 2, "second HELP"),
        ["UNIT twice"] = OpenMetrics("# TYPE x_seconds gauge\n# UNIT x_seconds seconds\n# UNIT x_seconds seconds\n" + Eof, 3, "second UNIT"),
        ["TYPE after a sample"] = Text("# HELP x A.\n" + Gauge + "x 1\n# TYPE x gauge\n", 4, "second TYPE"),
        ["HELP after a sample"] = Text(Gauge + "x 1\n# HELP x A.\n", 3, "after its first sample"),
        ["UNIT after a sample"] = OpenMetrics("# TYPE x_seconds gauge\nx_seconds 1\n# UNIT x_seconds seconds\n" + Eof, 3, "after its first sample"),
        ["TYPE unknown to both"] = Text("# TYPE x meter\n", 1, "unknown in this format"),
        ["TYPE in capitals"] = Text("# TYPE x Gauge\n", 1, "unknown in this format"),
        ["TYPE unknown in text"] = Text("# TYPE x unknown\n", 1, "unknown in this format"),
        ["TYPE info in text"] = Text("# TYPE x info\n", 1, "unknown in this format"),
        ["TYPE untyped in OpenMetrics"] = OpenMetrics("# TYPE x untyped\n" + Eof, 1, "unknown in this format"),
        ["duplicate sample"] = Text(Gauge + "x{a=\"1\",b=\"2\"} 1\nx{a=\"1\",b=\"2\"} 2\n", 3, "duplicate"),
        ["duplicate sample with labels in another order"] = Text(Gauge + "x{a=\"1\",b=\"2\"} 1\nx{b=\"2\",a=\"1\"} 1\n", 3, "duplicate"),
        ["duplicate sample by an empty label"] = Text(Gauge + "x 1\nx{a=\"\"} 1\n", 3, "duplicate"),
        ["lower-case metadata in text"] = Text("# type x gauge\n", 1, "looks like metadata"),
        ["UNIT in text"] = Text("# UNIT x_seconds seconds\n", 1, "looks like metadata"),
        ["EOF in text"] = Text(Gauge + "x 1\n" + Eof, 3, "looks like metadata"),
        ["comment in OpenMetrics"] = OpenMetrics("# Written by hand.\n" + Eof, 1, "no comments"),

        // Names in the space of OpenMetrics.
        ["gauge beside the counter of its name"] = OpenMetrics(Counter + "x_total 1\n# TYPE x_total gauge\nx_total 1\n" + Eof, 3, "collides with x"),
        ["gauge beside the counter of its name in text"] = Text(TextCounter + "x_total 1\n" + Gauge + "x 1\n", 3, "collides with x_total"),
        ["counters x and x_total in text"] = Text("# TYPE x counter\nx 1\n" + TextCounter + "x_total 1\n", 3, "collides with x"),
        ["gauge named as the count of a histogram"] = Text(Histogram + "h_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n# TYPE h_count gauge\nh_count 1\n", 5, "collides with h"),
        ["histogram after a gauge named as its buckets"] = OpenMetrics("# TYPE h_bucket gauge\nh_bucket 1\n" + Histogram + Eof, 3, "collides with h_bucket"),
        ["gauge named as the creation of a counter"] = OpenMetrics(Counter + "x_total 1\n# TYPE x_created gauge\n" + Eof, 3, "collides with x"),
        ["gauge named as the sum of a summary"] = Text("# TYPE s summary\n# TYPE s_sum gauge\n", 2, "collides with s"),
        ["gauge named as an info"] = OpenMetrics("# TYPE x info\n# TYPE x_info gauge\n" + Eof, 2, "collides with x"),

        // Counters and infos.
        ["counter without its suffix"] = OpenMetrics(Counter + "x 1\n" + Eof, 2, "does not belong"),
        ["metadata of a counter with its suffix"] = OpenMetrics(TextCounter + "x_total 1\n" + Eof, 1, "without _total"),
        ["counter with a suffix that TYPE lacks in text"] = Text("# TYPE x counter\nx_total 1\n", 2, "does not belong"),
        ["creation time of a counter"] = OpenMetrics(Counter + "x_total 1\nx_created 1\n" + Eof, 3, "does not belong"),
        ["counter is negative"] = Text(TextCounter + "x_total -1\n", 2, "no counting"),
        ["counter is NaN"] = Text(TextCounter + "x_total NaN\n", 2, "no counting"),
        ["counter is infinite"] = OpenMetrics(Counter + "x_total +Inf\n" + Eof, 2, "no counting"),
        ["info without its suffix"] = OpenMetrics("# TYPE x info\nx 1\n" + Eof, 2, "does not belong"),
        ["info is not 1"] = OpenMetrics("# TYPE x info\nx_info{a=\"b\"} 2\n" + Eof, 2, "instead of 1"),

        // Units.
        ["unit is not the end of the name"] = OpenMetrics("# TYPE x_bytes gauge\n# UNIT x_bytes seconds\n" + Eof, 2, "does not end with its unit"),
        ["unit without an underscore before it"] = OpenMetrics("# TYPE xseconds gauge\n# UNIT xseconds seconds\n" + Eof, 2, "does not end with its unit"),
        ["unit is empty"] = OpenMetrics("# TYPE x gauge\n# UNIT x\n" + Eof, 2, "after the name of the family"),
        ["unit of an info"] = OpenMetrics("# TYPE x_seconds info\n# UNIT x_seconds seconds\n" + Eof, 2, "no unit"),
        ["unit of an info before its type"] = OpenMetrics("# UNIT x_seconds seconds\n# TYPE x_seconds info\n" + Eof, 2, "no unit"),
        ["unit with the total of a counter behind it"] = OpenMetrics("# UNIT x_seconds_total seconds\n# TYPE x_seconds_total counter\n" + Eof, 1, "does not end with its unit"),

        // Histograms and summaries.
        ["bucket without le"] = Text(Histogram + "h_bucket 1\n", 2, "no label le"),
        ["le twice in one bucket"] = Text(Histogram + "h_bucket{le=\"1.0\",le=\"2.0\"} 1\n", 2, "twice"),
        ["le is no number"] = Text(Histogram + "h_bucket{le=\"one\"} 1\n", 2, "not a number"),
        ["le is NaN"] = Text(Histogram + "h_bucket{le=\"NaN\"} 1\n", 2, "not a number"),
        ["le is Infinity as .NET writes it"] = Text(Histogram + "h_bucket{le=\"Infinity\"} 1\n", 2, "not a number"),
        ["le is an integer without a fraction"] = Text(Histogram + "h_bucket{le=\"1\"} 1\n", 2, "not canonical"),
        ["le is an integer without a fraction in OpenMetrics"] = OpenMetrics(Histogram + "h_bucket{le=\"1\"} 1\n" + Eof, 2, "not canonical"),
        ["le has a capital exponent"] = Text(Histogram + "h_bucket{le=\"1.5E+16\"} 1\n", 2, "not canonical"),
        ["le decreases"] = Text(Histogram + "h_bucket{le=\"2.0\"} 1\nh_bucket{le=\"1.0\"} 1\n", 3, "does not increase"),
        ["le comes twice in two spellings"] = Text(Histogram + "h_bucket{le=\"1.0\"} 1\nh_bucket{le=\"1.00\"} 1\n", 3, "does not increase"),
        ["le comes twice in one spelling"] = Text(Histogram + "h_bucket{le=\"1.0\"} 1\nh_bucket{le=\"1.0\"} 1\n", 3, "duplicate"),
        ["buckets are not cumulative"] = Text(Histogram + "h_bucket{le=\"1.0\"} 2\nh_bucket{le=\"+Inf\"} 1\n", 3, "not cumulative"),
        ["bucket +Inf is missing"] = Text(Histogram + "h_bucket{le=\"1.0\"} 1\nh_sum 1\nh_count 1\n", 4, "+Inf"),
        ["no bucket at all"] = Text(Histogram + "h_sum 1\nh_count 1\n", 3, "+Inf"),
        ["bucket +Inf is not the count"] = Text(Histogram + "h_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 2\n", 4, "count says 2"),
        ["sum is missing"] = Text(Histogram + "h_bucket{le=\"+Inf\"} 1\nh_count 1\n", 3, "without its _sum"),
        ["count is missing"] = Text(Histogram + "h_bucket{le=\"+Inf\"} 1\nh_sum 1\n", 3, "without its _count"),
        ["sum beside a negative bound in OpenMetrics"] = OpenMetrics(Histogram + "h_bucket{le=\"-1.0\"} 1\nh_bucket{le=\"+Inf\"} 1\nh_sum -2\nh_count 1\n" + Eof, 5, "neither a _sum nor a _count"),
        ["count beside a negative bound in OpenMetrics"] = OpenMetrics(Histogram + "h_bucket{le=\"-1.0\"} 1\nh_bucket{le=\"+Inf\"} 1\nh_count 1\n" + Eof, 4, "neither a _sum nor a _count"),
        ["count is missing before the next series"] = Text(Histogram + "h_bucket{a=\"1\",le=\"+Inf\"} 1\nh_sum{a=\"1\"} 1\nh_bucket{a=\"2\",le=\"+Inf\"} 1\n", 3, "without its _count"),
        ["sum is NaN"] = Text(Histogram + "h_bucket{le=\"+Inf\"} 1\nh_sum NaN\n", 3, "NaN"),
        ["sum with le"] = Text(Histogram + "h_bucket{le=\"+Inf\"} 1\nh_sum{le=\"+Inf\"} 1\n", 3, "must not carry le"),
        ["count with le"] = Text(Histogram + "h_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count{le=\"+Inf\"} 1\n", 4, "must not carry le"),
        ["bucket is negative"] = Text(Histogram + "h_bucket{le=\"+Inf\"} -1\n", 2, "not a count"),
        ["bucket is not whole"] = Text(Histogram + "h_bucket{le=\"+Inf\"} 1.5\n", 2, "not a count"),
        ["bucket is NaN"] = Text(Histogram + "h_bucket{le=\"+Inf\"} NaN\n", 2, "not a count"),
        ["count is negative"] = Text(Histogram + "h_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count -1\n", 4, "not a count"),
        ["bucket after the sum"] = Text(Histogram + "h_bucket{le=\"1.0\"} 1\nh_sum 1\nh_bucket{le=\"+Inf\"} 1\n", 4, "after the sum or the count"),
        ["series of a histogram is split"] = Text(
            Histogram
            + "h_bucket{a=\"1\",le=\"+Inf\"} 1\nh_sum{a=\"1\"} 1\nh_count{a=\"1\"} 1\n"
            + "h_bucket{a=\"2\",le=\"+Inf\"} 1\nh_sum{a=\"2\"} 1\nh_count{a=\"2\"} 1\n"
            + "h_bucket{a=\"1\",le=\"1.0\"} 1\n",
            8,
            "not contiguous"),
        ["buckets of all series before their sums"] = Text(Histogram + "h_bucket{a=\"1\",le=\"+Inf\"} 1\nh_bucket{a=\"2\",le=\"+Inf\"} 1\n", 2, "without its _sum"),
        ["histogram with a plain sample"] = Text(Histogram + "h 1\n", 2, "does not belong"),
        ["creation time of a histogram"] = OpenMetrics(Histogram + "h_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\nh_created 1\n" + Eof, 5, "does not belong"),
        ["quantile is missing"] = Text("# TYPE s summary\ns 1\n", 2, "no label quantile"),
        ["quantile is above 1"] = Text("# TYPE s summary\ns{quantile=\"1.5\"} 1\n", 2, "between 0 and 1"),
        ["quantile does not increase"] = Text("# TYPE s summary\ns{quantile=\"0.9\"} 1\ns{quantile=\"0.5\"} 1\n", 3, "does not increase"),
        ["quantile is an integer without a fraction"] = Text("# TYPE s summary\ns{quantile=\"1\"} 1\n", 2, "not canonical"),
        ["summary without a count"] = Text("# TYPE s summary\ns{quantile=\"0.9\"} 1\ns_sum 1\n", 3, "without its _count"),

        // Exemplars.
        ["exemplar in text"] = Text(TextCounter + "x_total 1 # {trace_id=\"a\"} 1\n", 2, "no exemplars"),
        ["exemplar on a gauge"] = OpenMetrics(Gauge + "x 1 # {trace_id=\"a\"} 1\n" + Eof, 2, "carry exemplars"),
        ["exemplar on a sum"] = OpenMetrics(Histogram + "h_bucket{le=\"+Inf\"} 1\nh_sum 1 # {trace_id=\"a\"} 1\n" + Eof, 3, "carry exemplars"),
        ["exemplar on a quantile"] = OpenMetrics("# TYPE s summary\ns{quantile=\"0.5\"} 1 # {trace_id=\"a\"} 1\n" + Eof, 2, "carry exemplars"),
        ["exemplar without labels"] = OpenMetrics(Counter + "x_total 1 # 1\n" + Eof, 2, "labels of an exemplar"),
        ["exemplar without a value"] = OpenMetrics(Counter + "x_total 1 # {trace_id=\"a\"}\n" + Eof, 2, "value of an exemplar"),
        ["exemplar with a value that is no number"] = OpenMetrics(Counter + "x_total 1 # {trace_id=\"a\"} one\n" + Eof, 2, "not a number"),
        ["exemplar with a timestamp that is no number"] = OpenMetrics(Counter + "x_total 1 # {trace_id=\"a\"} 1 now\n" + Eof, 2, "not a number"),
        ["exemplar with an infinite timestamp"] = OpenMetrics(Counter + "x_total 1 # {trace_id=\"a\"} 1 +Inf\n" + Eof, 2, "not finite"),
        ["exemplar with more behind it"] = OpenMetrics(Counter + "x_total 1 # {trace_id=\"a\"} 1 2 3\n" + Eof, 2, "end of the line"),
        ["exemplar without a space after the hash"] = OpenMetrics(Counter + "x_total 1 #{trace_id=\"a\"} 1\n" + Eof, 2, "after the # of an exemplar"),
        ["exemplar with a label twice"] = OpenMetrics(Counter + "x_total 1 # {a=\"1\",a=\"2\"} 1\n" + Eof, 2, "twice"),
        ["exemplar with 129 characters"] = OpenMetrics(Counter + $"x_total 1 # {{a=\"{_tooLong}\"}} 1\n" + Eof, 2, "128"),
        ["exemplar on the bound below its bucket"] = OpenMetrics(Histogram + "h_bucket{le=\"1.0\"} 1\nh_bucket{le=\"+Inf\"} 2 # {a=\"b\"} 1\nh_sum 2\nh_count 2\n" + Eof, 3, "outside its bucket"),
        ["exemplar outside its bucket"] = OpenMetrics(Histogram + "h_bucket{le=\"1.0\"} 1 # {a=\"b\"} 1.5\n" + Eof, 2, "outside its bucket"),

        // The end.
        ["EOF is missing"] = OpenMetrics(Gauge + "x 1\n", 2, "does not end with # EOF"),
        ["EOF twice"] = OpenMetrics(Gauge + "x 1\n" + Eof + Eof, 4, "nothing may follow"),
        ["EOF in the middle"] = OpenMetrics(Gauge + Eof + "x 1\n", 3, "nothing may follow"),
        ["blank line after EOF"] = OpenMetrics(Gauge + "x 1\n" + Eof + "\n", 4, "nothing may follow"),
        ["space after EOF"] = OpenMetrics(Gauge + "x 1\n# EOF \n", 3, "white space"),
        ["EOF with more on its line"] = OpenMetrics(Gauge + "x 1\n# EOF now\n", 3, "no comments"),
        ["EOF without a space"] = OpenMetrics(Gauge + "x 1\n#EOF\n", 3, "after #"),
    };
}
