namespace MetricsKit.Tests.Oracle;

// One document a format with everything that it may contain.
static class GoodDocuments
{
    public const string Text = """
        # HELP requests_total Requests,\nby "path" \\ method.
        # TYPE requests_total counter
        requests_total{method="GET",path="/a\n\"b\"\\c"} 12.5
        requests_total{method="PUT",path="/a"} 0
        # TYPE queue_length gauge
        # HELP queue_length Two  spaces	and a tab are text here.
        queue_length -3
        queue_length{queue="a"} +Inf
        queue_length{queue="b"} -Inf
        # HELP wait_seconds Waits.
        # TYPE wait_seconds histogram
        wait_seconds_bucket{le="0.005"} 0
        wait_seconds_bucket{le="1.0"} 2
        wait_seconds_bucket{le="+Inf"} 3
        wait_seconds_sum 12.25
        wait_seconds_count 3
        wait_seconds_bucket{door="left",le="+Inf"} 0
        wait_seconds_count{door="left"} 0
        wait_seconds_sum{door="left"} 0.0
        # TYPE sizes summary
        sizes{quantile="0.5"} NaN
        sizes{quantile="1.0"} 7
        sizes_sum 7
        sizes_count 2
        # TYPE build_info untyped
        build_info{version="1.2"} 1
        # TYPE silent gauge

        """;

    public const string OpenMetrics = """
        # HELP requests Requests.
        # TYPE requests counter
        requests_total 2 # {} 1
        # TYPE wait_seconds histogram
        # UNIT wait_seconds seconds
        # HELP wait_seconds Waits,\nin \"seconds\" \\ each.
        wait_seconds_bucket{le="1.0"} 2 # {trace_id="abc"} 0.25 1700000000.125
        wait_seconds_bucket{le="+Inf"} 3
        wait_seconds_sum 12.25
        wait_seconds_count 3
        # TYPE sizes summary
        sizes_sum 7
        sizes_count 2
        # TYPE build info
        build_info{version="1.2"} 1
        # TYPE strange unknown
        strange{a="b"} 1e+06
        # EOF

        """;
}
