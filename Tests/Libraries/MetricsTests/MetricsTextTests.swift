import Testing

@testable import Metrics

@Suite struct MetricsTextTests {
    @Test("quotes, backslashes and line ends in a label are escaped")
    func quotesBackslashesAndLineEnds() {
        var metrics = MetricsText()
        metrics.add("m", .counter, "help", [([("l", "a\"b\\c\nd")], 1.5)])
        #expect(metrics.text == "# HELP m help\n# TYPE m counter\nm{l=\"a\\\"b\\\\c\\nd\"} 1.5\n")
    }

    @Test("a histogram's buckets are cumulative, in the told unit, and end with all values")
    func histogram() {
        let histogram = Histogram(.init([1_000, 2_500_000], unit: 1_000_000))
        for value in [500, 1_000, 2_000_000, 9_000_000] { histogram.add(value) }
        var metrics = MetricsText()
        metrics.add("t_seconds", "help", [([("q", "a")], histogram.snapshot)])
        #expect(
            metrics.text == """
                # HELP t_seconds help
                # TYPE t_seconds histogram
                t_seconds_bucket{q="a",le="0.001"} 2
                t_seconds_bucket{q="a",le="2.5"} 3
                t_seconds_bucket{q="a",le="+Inf"} 4
                t_seconds_sum{q="a"} 11.0015
                t_seconds_count{q="a"} 4

                """)
    }

    @Test("a metric whose value is unknown is left out")
    func unknown() {
        var metrics = MetricsText()
        metrics.add("a", .gauge, "help", [])
        metrics.add("b_seconds", "help", [])
        #expect(metrics.text.isEmpty)
    }
}
