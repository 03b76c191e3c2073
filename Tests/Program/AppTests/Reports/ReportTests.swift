import DeadLetters
import Intake
import Messaging
import TestSupport
import Testing

@testable import App

/// The small reports.
@Suite struct ReportTests {
    private func json(_ report: some Report) -> String { String(decoding: report.json, as: UTF8.self) }

    @Test("health names each part and its failure")
    func healthNamesEachPartAndWhy() {
        let good = HealthReport(parts: [("broker", nil), ("graph", nil)])
        #expect(good.isHealthy)
        #expect(good.text == "broker  ok\ngraph   ok\n")
        #expect(json(good) == #"{"status":"healthy","checks":{"broker":"ok","graph":"ok"}}"#)
        let bad = HealthReport(parts: [("broker", "away"), ("graph", nil)])
        #expect(!bad.isHealthy)
        #expect(json(bad) == #"{"status":"unhealthy","checks":{"broker":"away","graph":"ok"}}"#)
    }

    @Test("an embedded pipeline is healthy, and its topology is as configured")
    func healthOfAnEmbeddedPipelineIs() async throws {
        let directory = try TemporaryDirectory()
        let backEnds = BackEnds(dataDirectory: directory.path)
        let missing = try await TopologyReport.check(backEnds)
        #expect(!missing.isGood)
        #expect(missing.text.contains("nothing  missing\n"))
        #expect(await HealthReport.read(backEnds).text == "broker   ok\ngraph    ok\nvectors  ok\n")
        #expect(try await !TopologyReport.check(backEnds).isGood, "reading declares nothing")
        let topology = try await TopologyReport.declare(backEnds)
        #expect(topology.isGood)
        let beginning = #"{"status":"same","parts":[{"part":"exchange","name":"events.dlx","state":"same""#
        #expect(json(topology).hasPrefix(beginning))
    }

    @Test("a pipeline that cannot be opened is not healthy")
    func pipelineThatCannotBeOpenedIs() async {
        let report = await HealthReport.read(BackEnds(dataDirectory: "/dev/null/data"))
        #expect(!report.isHealthy)
        #expect(report.parts.map(\.name) == ["back ends"])
    }

    @Test("a replay's summary and preview have counts")
    func replaysSummaryAndPreviewTellCounts() throws {
        let directory = try TemporaryDirectory()
        let record = try ReplayRecord(id: "r1", directory: directory.path)
        let report = ReplayReport(Replay.Summary(), record)
        #expect(report.text == "0 letters matched, 0 sent, 0 kept\n")
        #expect(json(report).hasPrefix(#"{"replay":"r1","record":"\#(record.path)","matched":0"#))
        #expect(ReplayPreview([:]).text == "no letter would be sent\n")
        let preview = ReplayPreview(["events.neo4j": 2, "": 1])
        #expect(
            preview.text
                == "1 letters would stay: the queue in which they failed is unknown\n2 letters would go to events.neo4j\n"
        )
        #expect(json(preview) == #"{"would_send":{"":1,"events.neo4j":2}}"#)
    }

    @Test("serve announces its address, workers, data folder and back ends")
    func serveTellsItsAddressWorkersAnd() {
        let announcement = ServeAnnouncement(
            url: "http://h:1", plan: .standard, dataDirectory: "d", broker: "the embedded broker",
            graph: "the graph bolt://h", vectors: "the embedded vectors")
        #expect(
            announcement.text == "debias-events serves on http://h:1 (data in d; workers neo4j=1,qdrant=1)\n"
                + "using the embedded broker, the graph bolt://h and the embedded vectors\n"
                + "try:  curl http://h:1/health        stop: Ctrl-C\n")
        #expect(
            json(announcement)
                == #"{"url":"http://h:1","workers":"neo4j=1,qdrant=1","data_dir":"d","broker":"the embedded broker","graph":"the graph bolt://h","vectors":"the embedded vectors","mode":"queue"}"#
        )
        let without = ServeAnnouncement(
            url: "http://h:1", plan: .none, dataDirectory: "d", broker: "b", graph: "g", vectors: "v")
        #expect(without.text.contains("workers none)"))
        let direct = ServeAnnouncement(
            url: "http://h:1", plan: .standard, dataDirectory: "d", broker: "b", graph: "g", vectors: "v", mode: .direct
        )
        #expect(
            direct.text.contains("workers none)\nusing g and v, directly: no broker and no workers before PUT /mode\n"))
    }
}
