import EventLoops
package import HTTPMessages
package import Messaging
package import Network
import Synchronization

/// Sends spans to a collector, in batches, by OTLP over HTTP. What the collector does not take in time is dropped: nothing
/// waits for it.
package final class SpanExporter: Sendable {
    /// What an operator should know.
    package enum Report: Sendable, Hashable {
        /// Spans were dropped, since the collector did not take them.
        case failed(spans: Int, reason: String)
        /// The collector takes spans again.
        case recovered
    }

    /// What became of spans.
    package struct Totals: Sendable, Hashable {
        package var exported = 0
        package var failed = 0
    }

    /// The most spans in a request.
    package static let batch = 512
    /// How long spans wait for others.
    private static let interval = Duration.seconds(1)
    private static let timeout = Duration.seconds(5)
    private static let attempts = 3

    private let spans: SpanBuffer
    private let url: String
    private let headers: HTTPHeaders
    private let otlp: OTLP
    private let client: HTTPClient
    private let report: @Sendable (Report) -> Void
    private let counts = Mutex(Totals())

    /// - Parameters:
    ///   - url: Where spans are posted, with its path.
    ///   - headers: Added to each request, such as a collector's key.
    ///   - report: Told when exporting begins to fail, and when it works again.
    package init(
        _ spans: SpanBuffer, url: String, headers: HTTPHeaders, otlp: OTLP, client: HTTPClient = HTTPClient(),
        report: @escaping @Sendable (Report) -> Void
    ) {
        self.spans = spans
        self.url = url
        self.headers = headers
        self.otlp = otlp
        self.client = client
        self.report = report
    }

    /// What became of spans so far.
    package var totals: Totals { counts.withLock { $0 } }

    /// Exports until the task is cancelled, and then what waits, as far as one attempt for each batch takes it.
    package func run() async {
        var isFailing = false
        while !Task.isCancelled {
            // A full batch does not wait.
            if spans.count < Self.batch { try? await Task.sleep(for: Self.interval) }
            let batch = spans.take(upTo: Self.batch)
            if !batch.isEmpty { isFailing = await export(batch, isFailing) }
        }
        while !isFailing {
            let batch = spans.take(upTo: Self.batch)
            guard !batch.isEmpty else { return }
            isFailing = await export(batch, isFailing)
        }
    }

    /// - Returns: Whether the collector does not take spans.
    private func export(_ batch: [TraceSpan], _ wasFailing: Bool) async -> Bool {
        // A request of a cancelled task would be cut off: what it has begun is ended.
        let isStopping = Latch<Void>()
        let work = Task { await send(batch, isStopping) }
        let failure = await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            isStopping.set(())
        }
        if let failure {
            counts.withLock { $0.failed += batch.count }
            if !wasFailing { report(.failed(spans: batch.count, reason: failure)) }
        } else {
            counts.withLock { $0.exported += batch.count }
            if wasFailing { report(.recovered) }
        }
        return failure != nil
    }

    /// - Returns: Why the collector did not take the spans; nil if it did.
    private func send(_ batch: [TraceSpan], _ isStopping: Latch<Void>) async -> String? {
        var request = HTTPClientRequest(method: .post, url: url)
        request.headers = headers
        request.headers["Content-Type"] = "application/json"
        request.body = otlp.request(batch)
        var reason = ""
        for attempt in 1...Self.attempts {
            do throws(NetworkError) {
                let response = try await client.send(request, timeout: Self.timeout)
                if response.status.isSuccess { return nil }
                reason = "the collector answered \(response.status)"
                // By OTLP's specification, only these are worth another attempt.
                guard [429, 502, 503, 504].contains(response.status.code) else { break }
            } catch {
                reason = "\(error)"
            }
            guard attempt < Self.attempts, isStopping.value == nil else { break }
            try? await Task.sleep(for: .seconds(attempt))
        }
        return reason
    }
}
