import Embedded
// A worker of the pipeline whose store misbehaves on command, for scripts/chaos: all other code is the product's.
//
//     chaos-worker neo4j|qdrant BROKER-URL DATA-FOLDER CONTROL-FILE
//
// The control file holds words and is read before each write:
//     away                the store cannot be reached
//     slow                each write takes 300 ms longer
//     transient           every third write fails, as in a deadlock
//     die-after-commit    the process dies once, between the store's commit and the acknowledgement
// An event of user 666666 kills the process at each attempt to write it.
import EventLoops
import Events
import Foundation
import Messaging
import RabbitMQMessaging
import Stores
import Synchronization
import Workers

struct FaultySink: EventSink {
    static let poisonousUser: Int64 = 666_666
    private static let writes = Atomic(0)

    let inner: any EventSink
    let control: String

    func write(_ batch: InteractionBatch) async throws(StoreError) -> AppliedBatch {
        let words = (try? String(contentsOfFile: control, encoding: .utf8)) ?? ""
        if words.contains("away") { throw StoreError(.unavailable, "chaos: the store is away") }
        if words.contains("slow") { try? await Task.sleep(for: .milliseconds(300)) }
        let number = Self.writes.add(1, ordering: .relaxed).newValue
        if words.contains("transient"), number.isMultiple(of: 3) {
            throw StoreError(.transient, "chaos: deadlock in transaction \(number)")
        }
        if batch.events.contains(where: { $0.userID == Self.poisonousUser }) { die() }
        let applied = try await inner.write(batch)
        if words.contains("die-after-commit") {
            // Only one of the workers that share the file dies.
            if (try? FileManager.default.removeItem(atPath: control)) != nil { die() }
        }
        return applied
    }

    private func die() -> Never {
        kill(getpid(), SIGKILL)
        fatalError("SIGKILL came back")
    }
}

let arguments = CommandLine.arguments
guard arguments.count == 5 else { fatalError("usage: chaos-worker neo4j|qdrant BROKER-URL DATA-FOLDER CONTROL-FILE") }
let (kind, url, folder, control) = (arguments[1], arguments[2], arguments[3], arguments[4])
let broker = await RabbitMQBroker(try RabbitMQConfiguration(url: url))
let inner: any EventSink =
    kind == "neo4j"
    ? GraphSink(try await EmbeddedGraphStore.open(directory: folder))
    : ProfileSink(try await EmbeddedProfileStore.open(directory: folder))
let delays = [200, 500, 1_000].map { PipelineTopology.RetryDelay(milliseconds: $0) }
let worker = Worker(
    queue: kind == "neo4j" ? PipelineTopology.graphQueue : PipelineTopology.profileQueue,
    sink: FaultySink(inner: inner, control: control), broker: broker,
    breaker: StoreBreaker(backoff: Backoff(maximum: .seconds(1))),
    crashes: try CrashJournal(directory: "\(folder)/crashes"),
    configuration: WorkerConfiguration(retry: RetryPolicy(delays: delays), name: "chaos-\(getpid())"),
    now: { .now },
    report: { report in
        if case .wrote = report { return }
        FileHandle.standardError.write(Data("\(report)\n".utf8))
    })
await worker.run()
