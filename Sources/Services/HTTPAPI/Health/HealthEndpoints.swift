import Events
import HTTPMessages
import HTTPServer
import JSON
import Messaging
import Stores
import Workers

extension HTTPAPI {
    /// `GET /health`: the process answers and its workers make progress; 503 while a worker hangs, which only a restart
    /// fixes.
    func health(_: HTTPRequest, _: PathParameters) -> HTTPResponse {
        let stalls = workers().stalls
        var json = JSONWriter()
        json.object { json in
            json.member("status", stalls.isEmpty ? "healthy" : "unhealthy")
            json.member("uptime_seconds", (now().microseconds - startedAt.microseconds) / 1_000_000)
            if !stalls.isEmpty {
                json.member("stalled_workers", stalls.mapValues { "at one step for \($0.components.seconds) s" })
            }
        }
        return .json(json.bytes, status: stalls.isEmpty ? .ok : .serviceUnavailable)
    }

    /// `GET /health/ready`: events are taken, and the stores can be read. A broker that is away does not matter as long
    /// as the spool has room.
    func ready(_: HTTPRequest, _: PathParameters) async -> HTTPResponse {
        async let broker = failure(of: "broker") { () async throws(MessagingError) in
            do throws(MessagingError) {
                _ = try await self.broker.status(of: PipelineTopology.workQueues)
            } catch {
                guard let spool, try await !spool().isFull else { throw error }
            }
        }
        async let graph = failure(of: "graph") { () async throws(StoreError) in
            _ = try await self.graph.occurrences(of: [])
        }
        async let vectors = failure(of: "vectors") { () async throws(StoreError) in
            _ = try await self.profiles.occurrences(of: [])
        }
        let parts = await [broker, graph, vectors]
        let isReady = parts.allSatisfy { $0.failure == nil }
        var json = JSONWriter()
        json.object { json in
            json.member("status", isReady ? "ready" : "unavailable")
            json.key("checks")
            json.object { json in
                for part in parts { json.member(part.name, part.failure ?? "ok") }
            }
            // Events are taken nevertheless; they wait in their queue.
            let pauses = workers().pauses
            if !pauses.isEmpty { json.member("paused_workers", pauses) }
        }
        return HTTPResponse.json(json.bytes, status: isReady ? .ok : .serviceUnavailable)
    }

    private func failure<Failure: Error>(
        of name: String, _ check: @Sendable () async throws(Failure) -> Void
    ) async -> (name: String, failure: String?) {
        do throws(Failure) {
            try await check()
            return (name, nil)
        } catch {
            return (name, "\(error)")
        }
    }

    /// `GET /rabbitmq/health`: messages and consumers per queue; 503 with the cause when the broker is away.
    func queues(_: HTTPRequest, _: PathParameters) async -> HTTPResponse {
        let names = PipelineTopology.workQueues + [PipelineTopology.deadLetterQueue]
        // A spool that cannot be read is not shown; the publisher reports the failure with the next event.
        let spool = try? await self.spool?()
        var json = JSONWriter()
        do throws(MessagingError) {
            let status = try await broker.status(of: names)
            json.object { json in
                json.member("status", "healthy")
                json.key("queues")
                json.object { json in
                    for name in names {
                        guard let queue = status[name] else { continue }
                        json.key(name)
                        json.object { json in
                            json.member("messages", queue.messages)
                            // Dead letters need no permanent consumer.
                            if name != PipelineTopology.deadLetterQueue {
                                json.member("consumers", queue.consumers)
                            }
                        }
                    }
                }
                if let spool { json.member(spool) }
            }
            return .json(json.bytes)
        } catch {
            json.object { json in
                json.member("status", "unhealthy")
                json.member("error", error.message)
                if let spool { json.member(spool) }
            }
            return HTTPResponse.json(json.bytes, status: .serviceUnavailable)
        }
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ spool: SpoolStatus) {
        key("spool")
        object { json in
            json.member("messages", spool.messages)
            json.member("limit", spool.limit)
            json.member("in_use", spool.isInUse)
        }
    }
}
