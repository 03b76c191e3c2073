import Events
import HTTPMessages
import HTTPServer
package import JSON
package import Messaging
import Workers

extension Monitoring {
    /// `GET /health`: the process answers and its workers make progress; 503 while a worker hangs, which only a restart
    /// fixes.
    func health() -> HTTPResponse {
        let stalls = instruments.workers().stalls
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

    /// `GET /rabbitmq/health`: messages and consumers per queue; 503 with the cause when the broker is away, or not
    /// in use.
    func queues() async -> HTTPResponse {
        let names = Self.queueNames
        // A spool that cannot be read is not shown; the publisher reports the failure with the next event.
        let spool = try? await self.spool?()
        var json = JSONWriter()
        do throws(MessagingError) {
            guard broker.isInUse else {
                throw MessagingError(.unavailable, "no broker is in use: PUT /mode with parallel or queue opens it")
            }
            let status = try await broker.status(of: names)
            json.object { json in
                json.member("status", "healthy")
                json.key("queues")
                json.object { json in
                    for name in names {
                        guard let queue = status[name] else { continue }
                        json.key(name)
                        json.object { json in
                            json.members(ofMessages: queue)
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
    /// The counts of a queue by RabbitMQ's names; those that the broker does not tell are left out.
    package mutating func members(ofMessages queue: QueueStatus) {
        if queue.unacknowledged != nil { member("messages", queue.messages) }
        member("messages_ready", queue.ready)
        if let count = queue.unacknowledged { member("messages_unacknowledged", count) }
    }

    fileprivate mutating func member(_ spool: SpoolStatus) {
        key("spool")
        object { json in
            json.member("messages", spool.messages)
            json.member("limit", spool.limit)
            json.member("in_use", spool.isInUse)
        }
    }
}
