import Events
import Foundation
import HTTPMessages
import HTTPServer
import Messaging
import Synchronization
import TestSupport
import Testing

@testable import Observability

/// Over a real server that stands for the collector.
@Suite(.timeLimit(.minutes(5))) struct SpanExporterTests {
    private let bodies = Recorder<[UInt8]>()
    private let reports = Recorder<SpanExporter.Report>()
    private let otlp = OTLP(service: "shop", version: "1")

    private func span(_ number: Int) -> TraceSpan {
        var generator = SeededGenerator(seed: UInt64(number))
        return TraceSpan(
            "span \(number)", .consumer, TraceContext(using: &generator), parentID: 0xAB,
            start: Timestamp(microseconds: 1_000), end: Timestamp(microseconds: 3_000),
            attributes: [.init("messaging.system", "rabbitmq"), .init("count", 5)], error: number == 2 ? "away" : nil)
    }

    private func collector(_ statuses: [HTTPStatus]) -> HTTPServer {
        let left = Mutex(statuses)
        return HTTPServer(configuration: HTTPServerConfiguration()) { [bodies] request in
            #expect(request.headers["Content-Type"] == "application/json" && request.headers["x-key"] == "k")
            let status = left.withLock { $0.isEmpty ? 200 : $0.removeFirst() }
            if status.isSuccess { bodies.append(request.body) }
            return HTTPResponse(status: status)
        }
    }

    private func exporter(_ buffer: SpanBuffer, port: Int) -> SpanExporter {
        SpanExporter(
            buffer, url: "http://127.0.0.1:\(port)/v1/traces", headers: ["x-key": "k"], otlp: otlp
        ) { [reports] in reports.append($0) }
    }

    /// Runs the exporter until `condition` holds, then cancels it.
    private func run(_ exporter: SpanExporter, until condition: @Sendable () -> Bool) async {
        await withTaskGroup { group in
            group.addTask { await exporter.run() }
            while !condition() { try? await Task.sleep(for: .milliseconds(5)) }
            group.cancelAll()
        }
    }

    private func names(_ body: [UInt8]) throws -> [String] {
        let object = try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
        let resource = (object?["resourceSpans"] as? [[String: Any]])?.first
        let scope = (resource?["scopeSpans"] as? [[String: Any]])?.first
        return (scope?["spans"] as? [[String: Any]])?.compactMap { $0["name"] as? String } ?? []
    }

    @Test("spans arrive in batches, again after a collector that is busy, and what waits at the end as well")
    func batches() async throws {
        let server = collector([503])
        let buffer = SpanBuffer()
        buffer.add((1...600).map(span))
        let exporter = exporter(buffer, port: try await server.start().port)
        await run(exporter) { exporter.totals.exported >= 512 }
        #expect(try bodies.entries.map { try names($0).count } == [512, 88])
        #expect(exporter.totals == .init(exported: 600, failed: 0))
        #expect(reports.entries.isEmpty)
        await server.stop(drain: .zero)
    }

    @Test("spans that the collector refuses are dropped and told once, until it takes some again")
    func refusals() async throws {
        let server = collector([400, 401])
        let buffer = SpanBuffer()
        let exporter = exporter(buffer, port: try await server.start().port)
        await withTaskGroup { group in
            group.addTask { await exporter.run() }
            for count in 1...3 {
                buffer.add([span(count)])
                while exporter.totals.failed + exporter.totals.exported < count {
                    try? await Task.sleep(for: .milliseconds(5))
                }
            }
            group.cancelAll()
        }
        #expect(exporter.totals == .init(exported: 1, failed: 2))
        #expect(reports.entries == [.failed(spans: 1, reason: "the collector answered 400 Bad Request"), .recovered])
        await server.stop(drain: .zero)
    }

    @Test("a span's ids are hexadecimal, its times and numbers texts, and its failure a status")
    func form() throws {
        let object = try JSONSerialization.jsonObject(with: Data(otlp.request([span(2)]))) as? [String: Any]
        let resource = try #require((object?["resourceSpans"] as? [[String: Any]])?.first)
        let scope = try #require((resource["scopeSpans"] as? [[String: Any]])?.first)
        let span = try #require((scope["spans"] as? [[String: Any]])?.first)
        #expect((span["traceId"] as? String)?.count == 32 && (span["spanId"] as? String)?.count == 16)
        #expect(span["parentSpanId"] as? String == "00000000000000ab")
        #expect(span["startTimeUnixNano"] as? String == "1000000" && span["endTimeUnixNano"] as? String == "3000000")
        #expect(span["kind"] as? Int == 5)
        #expect((span["status"] as? [String: Any])?["code"] as? Int == 2)
        let attributes = try #require(span["attributes"] as? [[String: Any]])
        #expect((attributes[1]["value"] as? [String: String]) == ["intValue": "5"])
    }
}
