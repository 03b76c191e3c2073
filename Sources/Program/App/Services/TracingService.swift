import HTTPAPI
package import HTTPMessages
package import Messaging
import Network
package import Observability

/// Where spans are exported to, and which.
package struct TracingConfiguration: Sendable, Hashable {
    /// The collector's URL; spans go to its path `/v1/traces`.
    package var endpoint: String
    /// Added to each request.
    package var headers: HTTPHeaders
    /// The name of this program among all that a collector hears of.
    package var service: String
    /// The share of new traces that are kept, 0 ... 1.
    package var share: Double
    /// The most new traces that are kept per second; nil for no limit.
    package var perSecond: Int?

    package init(endpoint: String, headers: HTTPHeaders, service: String, share: Double, perSecond: Int?) {
        self.endpoint = endpoint
        self.headers = headers
        self.service = service
        self.share = share
        self.perSecond = perSecond
    }
}

/// Exports the spans of one process.
package struct TracingService: Service {
    /// Takes spans from any thread.
    package let spans: SpanBuffer
    private let exporter: SpanExporter

    package init(_ configuration: TracingConfiguration, log: Log) {
        spans = SpanBuffer(sampler: TraceSampler(share: configuration.share, perSecond: configuration.perSecond))
        let base =
            configuration.endpoint.hasSuffix("/") ? configuration.endpoint.dropLast() : configuration.endpoint[...]
        exporter = SpanExporter(
            spans, url: "\(base)/v1/traces", headers: configuration.headers,
            otlp: OTLP(service: configuration.service, version: Version.current)
        ) { report in
            switch report {
            case .failed(let count, let reason):
                log(
                    .warning, "spans are dropped: the collector does not take them",
                    ["spans": "\(count)", "error": reason])
            case .recovered: log(.info, "the collector takes spans again")
            }
        }
    }

    /// What became of spans so far.
    package var totals: (exported: Int, failed: Int) { (exporter.totals.exported, exporter.totals.failed) }

    package func run() async {
        await exporter.run()
    }
}

extension Monitoring.Instruments {
    /// Has spans taken, and what became of them told; without tracing, neither.
    mutating func add(_ tracing: TracingService?) {
        guard let tracing else { return }
        spans = tracing.spans
        exported = { tracing.totals }
    }
}
